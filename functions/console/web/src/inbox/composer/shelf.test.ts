import { beforeEach, describe, expect, it } from "vitest";
import type { Pending } from "./outbox";
import { BrowserShelf } from "./shelf";

const written = (client_id: string, at = Date.now()) => ({ client_id, at }) as Pending;

/** The locks of one browser, as far as a shelf uses them. */
class BrowserLocks {
  held: string[] = [];
  request = (name: string) => {
    this.held.push(name);
    return new Promise<never>(() => undefined);
  };
  query = () => Promise.resolve({ held: this.held.map((name) => ({ name })), pending: [] });
  /** A page is closed, and the browser lets go of what it held. */
  close = (nth: number) => this.held.splice(nth, 1);
}

let storage: Storage;
let locks: BrowserLocks;
const page = (user = "ana") => new BrowserShelf(user, storage, locks as unknown as LockManager);

beforeEach(() => {
  storage = memory();
  locks = new BrowserLocks();
});

describe("what a page keeps", () => {
  it("is left to the next page once it is closed, and once only", async () => {
    page().keep([written("m1"), written("m2")]);
    locks.close(0);
    const next = page();
    expect((await next.left()).map(({ client_id }) => client_id)).toEqual(["m1", "m2"]);
    expect(await page().left()).toEqual([]);
  });

  it("is its own while it is open", async () => {
    page().keep([written("m1")]);
    expect(await page().left()).toEqual([]);
  });

  it("is nobody's but who wrote it, and nothing after a day", async () => {
    const open = page();
    open.keep([written("old", Date.now() - 25 * 3_600_000), written("m1")]);
    locks.close(0);
    expect(await page("beto").left()).toEqual([]);
    expect((await page().left()).map(({ client_id }) => client_id)).toEqual(["m1"]);
  });
});

function memory(): Storage {
  const methods = {
    getItem(this: Record<string, string>, name: string) {
      return this[name] ?? null;
    },
    setItem(this: Record<string, string>, name: string, value: string) {
      this[name] = value;
    },
    removeItem(this: Record<string, string>, name: string) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- as a browser's storage does
      delete this[name];
    },
  };
  return Object.create(methods) as Storage;
}
