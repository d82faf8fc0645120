import createClient from "openapi-fetch";
import { bearer, renew } from "../session/token";
import { ApiProblem } from "./problem";
import type { paths } from "./schema";

/** The API, by its own description. Every call goes through {@link answer}, which throws {@link ApiProblem}. */
export const api = createClient<paths>({ baseUrl: "/", fetch: authorized });

async function authorized(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await bearer();
  const response = await send(request, token);
  if (response.status !== 401 || token === null) return response;
  // The session may have been renewed by another tab, or its token have died early: once more with a new one.
  const renewed = await renew(token);
  return renewed === null ? response : send(again, renewed);
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("authorization", `Bearer ${token}`);
  // What the server says in words, it says in the language of the screen rather than the browser's.
  request.headers.set("accept-language", document.documentElement.lang);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, { detail: error instanceof Error ? error.message : String(error) });
  }
}

/** The body of a call's answer. Throws ApiProblem for every answer that is no success. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw error instanceof ApiProblem
    ? error
    : new ApiProblem(response.status, membersOf(error), retryAfter(response));
}

function membersOf(error: unknown): Record<string, unknown> {
  return error !== null && typeof error === "object" ? (error as Record<string, unknown>) : {};
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after"));
  return seconds > 0 ? seconds : null;
}

export { ApiProblem };
