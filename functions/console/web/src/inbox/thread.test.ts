import { describe, expect, it } from "vitest";
import type { Message } from "../api/contract";
import { added, changed, messagesOf, type Thread } from "./thread";

function message(id: string, minute: number, change: Partial<Message> = {}): Message {
  return { id, at: new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString(), ...change } as Message;
}

/** Two pages: the newest first, each from old to new. */
function thread(): Thread {
  return {
    pages: [
      { items: [message("c", 3), message("d", 4)], next: "older" },
      { items: [message("a", 1), message("b", 2)], next: null },
    ],
    pageParams: [null, "older"],
  };
}

const ids = (of: Thread) => messagesOf(of).map((each) => each.id);

describe("messages of a conversation", () => {
  it("are read oldest first over all pages", () => {
    expect(ids(thread())).toEqual(["a", "b", "c", "d"]);
  });

  it("take a new one at the end", () => {
    expect(ids(added(thread(), message("e", 5)))).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("take one once, whether the answer or the feed brings it first", () => {
    const once = added(thread(), message("e", 5, { status: "queued" }));
    const twice = added(once, message("e", 5, { status: "sent" }));
    expect(ids(twice)).toEqual(["a", "b", "c", "d", "e"]);
    expect(messagesOf(twice).at(-1)?.status).toBe("sent");
  });

  it("put one that comes late where it belongs", () => {
    const late = added(added(thread(), message("f", 7)), message("e", 5));
    expect(ids(late)).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("leave out one that is older than all of the newest page: it comes with its own", () => {
    expect(ids(added(thread(), message("x", 0)))).toEqual(["a", "b", "c", "d"]);
  });

  it("change where they are, and nowhere else", () => {
    const before = thread();
    expect(messagesOf(changed(before, { id: "b", status: "read" }))[1]?.status).toBe("read");
    expect(changed(before, { id: "unknown", status: "read" })).toBe(before);
  });
});
