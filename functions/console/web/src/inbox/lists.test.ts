import { describe, expect, it } from "vitest";
import type { ConversationItem } from "../api/contract";
import { type Filters, find, type List, placed, type Reader, type Told } from "./lists";

const ALL: Filters = { box: "all", branch: null, channel: null, priority: null, q: "" };
const READER: Reader = { agent: "me", sees: (branch) => branch === "north" };

function item(id: string, minute: number, change: Partial<ConversationItem> = {}): ConversationItem {
  return {
    id,
    customer: { id: `customer-${id}`, name: id, phone: null, tier: "standard" },
    channel: "whatsapp",
    account: { id: "account", display_number: null },
    branch: { id: "north", code: "N", name: "North" },
    state: "open",
    owner: { kind: "bot", agent: null, version: 1, since: at(0), hold_until: null },
    last_message: null,
    last_message_at: at(minute),
    unread: 0,
    waiting_since: null,
    window_until: null,
    ticket: null,
    ...change,
  };
}

function at(minute: number): string {
  return new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();
}

function told(one: ConversationItem): Told {
  const { unread: _, ...rest } = one;
  return rest;
}

function list(...pages: ConversationItem[][]): List {
  return {
    pages: pages.map((items, index) => ({ items, next: index < pages.length - 1 ? "more" : null })),
    pageParams: pages.map(() => null),
  };
}

function unfinished(...items: ConversationItem[]): List {
  return { pages: [{ items, next: "more" }], pageParams: [null] };
}

const ids = (of: List) => of.pages.map((page) => page.items.map((each) => each.id));

describe("a conversation that changed, in a list", () => {
  it("rises to the top with a new message, and keeps what its reader has not read", () => {
    const before = list([item("a", 9), item("b", 8, { unread: 2 })]);
    const now = placed(before, told(item("b", 10)), ALL, READER, 0);
    expect(ids(now)).toEqual([["b", "a"]]);
    expect(find(now, "b")?.unread).toBe(2);
  });

  it("comes into a list it belongs to, in its place", () => {
    const now = placed(list([item("a", 9), item("b", 5)]), told(item("c", 7)), ALL, READER, 1);
    expect(ids(now)).toEqual([["a", "c", "b"]]);
    expect(find(now, "c")?.unread).toBe(1);
  });

  it("leaves a list it no longer belongs to: taken, closed, moved to a branch that is not shown", () => {
    const queue: Filters = { ...ALL, box: "unassigned" };
    const waits = item("a", 9, { owner: { ...item("a", 9).owner, kind: "queue" } });
    const taken = {
      ...waits,
      owner: { ...waits.owner, kind: "agent" as const, agent: { id: "me", name: "Me" } },
    };
    expect(ids(placed(list([waits]), told(taken), queue, READER, 0))).toEqual([[]]);
    expect(ids(placed(list([waits]), told({ ...waits, state: "closed" }), ALL, READER, 0))).toEqual([[]]);
    const moved = { ...waits, branch: { id: "south", code: "S", name: "South" } };
    expect(ids(placed(list([waits]), told(moved), ALL, READER, 0))).toEqual([[]]);
  });

  it("comes into `mine` when it is given to me, not when it is given to a colleague", () => {
    const mine: Filters = { ...ALL, box: "mine" };
    const given = (id: string) =>
      told(item("a", 9, { owner: { ...item("a", 9).owner, kind: "agent", agent: { id, name: id } } }));
    expect(ids(placed(list([]), given("me"), mine, READER, 0))).toEqual([["a"]]);
    expect(ids(placed(list([]), given("other"), mine, READER, 0))).toEqual([[]]);
  });

  it("stands by who waits longest in `waiting`", () => {
    const waiting: Filters = { ...ALL, box: "waiting" };
    const before = list([item("a", 9, { waiting_since: at(1) }), item("b", 9, { waiting_since: at(5) })]);
    const now = placed(before, told(item("c", 12, { waiting_since: at(3) })), waiting, READER, 1);
    expect(ids(now)).toEqual([["a", "c", "b"]]);
  });

  it("is not put below what is loaded, where older ones are still to be fetched", () => {
    const now = placed(unfinished(item("a", 9), item("b", 8)), told(item("c", 2)), ALL, READER, 0);
    expect(ids(now)).toEqual([["a", "b"]]);
  });

  it("is not added to a search, whose words only the server can compare", () => {
    const search: Filters = { ...ALL, q: "factura" };
    const before = list([item("a", 9)]);
    expect(placed(before, told(item("c", 10)), search, READER, 0)).toBe(before);
    expect(find(placed(before, told(item("a", 10)), search, READER, 0), "a")?.last_message_at).toBe(at(10));
  });

  it("stands once, also when it moves from a later page", () => {
    const before = list([item("a", 9), item("b", 8)], [item("c", 7), item("d", 6)]);
    expect(ids(placed(before, told(item("d", 10)), ALL, READER, 0))).toEqual([["d", "a", "b"], ["c"]]);
  });

  it("leaves the list as it is, the same object, where nothing of it is concerned", () => {
    const before = list([item("a", 9)]);
    expect(placed(before, told(item("x", 1, { state: "closed" })), ALL, READER, 0)).toBe(before);
  });
});
