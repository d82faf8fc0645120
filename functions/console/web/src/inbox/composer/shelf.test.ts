import { beforeEach, describe, expect, it } from "vitest";
import type { Pending } from "./outbox";
import { BrowserShelf } from "./shelf";

const written = (client_id: string, at = Date.now()) => ({ client_id, at }) as Pending;

/** The locks of one browser: who asks for one that is held waits until its page is closed. */
class BrowserLocks {
  private readonly closed = new Map<string, Promise<unknown>>();
  private readonly closers: (() => void)[] = [];
  request = async (name: string, work: () => unknown) => {
    const before = this.closed.get(name);
    if (before === undefined) {
      this.closed.set(name, new Promise<void>((close) => this.closers.push(close)));
      return work();
    }
    await before;
    return work();
  };
  /** The nth page is closed, and the browser lets go of what it held. */
  close = async (nth: number) => {
    this.closers[nth]?.();
    await new Promise((later) => setTimeout(later));
  };
}

let storage: Storage;
let locks: BrowserLocks;
const page = (user = "ana") => new BrowserShelf(user, storage, locks as unknown as LockManager);

beforeEach(() => {
  storage = memory();
  locks = new BrowserLocks();
});

/** What a page takes up, as far as it has been told. */
function left(shelf: BrowserShelf): string[] {
  const told: string[] = [];
  shelf.left((all) => told.push(...all.map(({ client_id }) => client_id)));
  return told;
}

describe("what a page keeps", () => {
  it("is left to the next page as soon as it is closed, and once only", async () => {
    page().keep([written("m1"), written("m2")]);
    const [next, another] = [left(page()), left(page())];
    expect([next, another]).toEqual([[], []]);
    await locks.close(0);
    expect([next, another]).toEqual([["m1", "m2"], []]);
  });

  it("is nobody's but who wrote it, and nothing after a day", async () => {
    page().keep([written("old", Date.now() - 25 * 3_600_000), written("m1")]);
    await locks.close(0);
    const [stranger, author] = [left(page("beto")), left(page())];
    await locks.close(-1);
    expect([stranger, author]).toEqual([[], ["m1"]]);
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
