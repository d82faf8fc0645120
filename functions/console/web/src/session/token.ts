/**
 * The access token, held by this tab, and how it is renewed by the refresh cookie.
 *
 * A refresh token is good for one use and its second use ends the session, so renewing is done once at a time: within
 * this tab by sharing the promise, among tabs by a lock of the browser. A page that is loaded anew goes on with the
 * token of its tab, and asks for another only when that is about to die; it shows the old one then, by which the server
 * knows that a renewal whose answer got lost is asked for again by the same browser.
 */
import type { Me, Session } from "../api/contract";
import { ApiProblem, problemOf } from "../api/problem";

interface Held {
  token: string;
  expires: number;
}

/** Renew this long before the token dies, so that no call carries a dead one. */
const MARGIN_MS = 45_000;

/** Says that this browser may hold the cookie, which no script can see: without it nothing is asked. */
const HINT = "relevo-signed-in";

/** Where a tab keeps its token while its page is loaded anew; it goes with the tab. */
const KEPT = "relevo-access";

let held: Held | null = null;
let renewing: Promise<Session | null> | null = null;
const listeners = new Set<(session: Session | null) => void>();

/** Tells of every session begun, renewed (the session) or ended (null). */
export function onSession(listener: (session: Session | null) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function begin(session: Session): void {
  localStorage.setItem(HINT, "1");
  held = { token: session.access_token, expires: Date.now() + session.expires_in * 1000 };
  sessionStorage.setItem(KEPT, JSON.stringify(held));
  listeners.forEach((tell) => tell(session));
}

export function end(): void {
  localStorage.removeItem(HINT);
  sessionStorage.removeItem(KEPT);
  held = null;
  listeners.forEach((tell) => tell(null));
}

/** The token to call with, renewed when it is about to die; null where nobody is signed in. */
export async function bearer(): Promise<string | null> {
  if (held === null) return null;
  return Date.now() < held.expires - MARGIN_MS ? held.token : renew(held.token);
}

/** A token newer than `than`, or null when the session is over. Throws ApiProblem when the network is. */
export async function renew(than: string): Promise<string | null> {
  if (held !== null && held.token !== than) return held.token;
  await refresh();
  return held?.token ?? null;
}

/** Go on where this tab was, else with the session the cookie holds. Throws ApiProblem when that could not be learned. */
export async function resume(): Promise<void> {
  const kept = keptByTab();
  if (localStorage.getItem(HINT) !== null && kept !== null && Date.now() < kept.expires - MARGIN_MS) {
    const headers = { authorization: `Bearer ${kept.token}` };
    const response = await fetch("/api/auth/me", { headers }).catch(() => null);
    if (response?.ok) {
      const expires_in = (kept.expires - Date.now()) / 1000;
      return begin({ access_token: kept.token, expires_in, user: (await response.json()) as Me });
    }
  }
  await refresh();
}

function keptByTab(): Held | null {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Held | null;
}

/** The session the cookie still holds, or null. Throws ApiProblem when that could not be learned. */
export function refresh(): Promise<Session | null> {
  if (localStorage.getItem(HINT) === null) return Promise.resolve(null);
  renewing ??= locked(askForSession).finally(() => (renewing = null));
  return renewing;
}

async function askForSession(): Promise<Session | null> {
  const old = keptByTab()?.token;
  const headers = old === undefined ? undefined : { authorization: `Bearer ${old}` };
  const response = await fetch("/api/auth/refresh", { method: "POST", headers }).catch((error: unknown) => {
    throw new ApiProblem(0, { detail: String(error) });
  });
  if (response.ok) {
    const session = (await response.json()) as Session;
    begin(session);
    return session;
  }
  if (response.status !== 401) throw await problemOf(response);
  end();
  return null;
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? await navigator.locks.request("relevo-refresh", work) : work();
}
