import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A server that takes each refresh cookie once, and ends the session of who shows an old one. */
class Server {
  cookie = 0;
  ended = false;
  renewals = 0;
  fetch = async (path: string): Promise<Response> => {
    expect(path).toBe("/api/auth/refresh");
    const shown = this.cookie;
    await new Promise((later) => setTimeout(later, 5));
    this.ended ||= shown !== this.cookie;
    if (this.ended) return new Response("{}", { status: 401 });
    this.cookie++;
    this.renewals++;
    return Response.json({ access_token: `t${String(this.cookie)}`, expires_in: 600, user: {} });
  };
}

/** The browser's locks: who asks for one that is held waits. */
class Locks {
  private last: Promise<unknown> = Promise.resolve();
  request = <T>(_: string, work: () => Promise<T>): Promise<T> => {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  };
}

let server: Server;

beforeEach(() => {
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("localStorage", storage({ "relevo-signed-in": "1" }));
  vi.stubGlobal("navigator", { locks: new Locks() });
});
afterEach(() => vi.unstubAllGlobals());

/** A tab of its own, as far as the module goes. */
async function tab() {
  vi.resetModules();
  vi.stubGlobal("sessionStorage", storage({}));
  return import("./token");
}

describe("several tabs of one browser", () => {
  it("renew one after the other, so that none ends the session of the others", async () => {
    const [one, two] = [await tab(), await tab()];
    const sessions = await Promise.all([one.refresh(), two.refresh(), one.refresh()]);
    expect(sessions.map((session) => session?.access_token)).toEqual(["t1", "t2", "t1"]);
    expect([server.ended, server.renewals]).toEqual([false, 2]);
  });
});

function storage(kept: Record<string, string>): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const held = new Map(Object.entries(kept));
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => void held.set(name, value),
    removeItem: (name) => void held.delete(name),
  };
}
