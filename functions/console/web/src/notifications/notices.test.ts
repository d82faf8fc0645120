import { describe, expect, it } from "vitest";
import type { Notice } from "../api/contract";
import { type Notices, placeOf, seen } from "./notices";

const MENTION: Notice = {
  id: "n1",
  kind: "mentioned",
  subject: "Mateo te mencionó",
  text: "@Lucía ¿lo ves?",
  ticket_id: "t1",
  conversation_id: "c1",
  at: "2026-11-21T10:00:00Z",
  read_at: null,
};

function told(...items: Notice[]): Notices {
  return { pages: [{ items, next: null, unread: items.length }], pageParams: [null] };
}

describe("what one was told", () => {
  it("waits no more once it is read, however often that is said", () => {
    const once = seen(told(MENTION, { ...MENTION, id: "n2" }), "n1", "2026-11-21T10:05:00Z");
    expect(once.pages[0]?.unread).toBe(1);
    expect(once.pages[0]?.items.map((each) => each.read_at)).toEqual(["2026-11-21T10:05:00Z", null]);
    expect(seen(once, "n1", "2026-11-21T10:06:00Z")).toBe(once);
  });

  it("leads to the conversation, else to the ticket, else nowhere", () => {
    expect(placeOf(MENTION)).toBe("/inbox/c1?box=all");
    expect(placeOf({ ...MENTION, conversation_id: null })).toBe("/tickets/t1");
    expect(placeOf({ ...MENTION, kind: "alert" })).toBe("/alerts/open");
    expect(placeOf({ ...MENTION, conversation_id: null, ticket_id: null })).toBeNull();
  });
});
