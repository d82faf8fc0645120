import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationItem, FeedEvent, Message } from "../api/contract";
import { keys } from "../api/queries";
import { type Filters, find, type List } from "../inbox/lists";
import { messagesOf, type Thread } from "../inbox/thread";
import { CacheWriter } from "./cache";

const FILTERS: Filters = { box: "all", branch: null, channel: null, priority: null, q: "" };
const LIST = [...keys.conversations, FILTERS];
const BY_CUSTOMER = { kind: "customer" as const, agent: null, name: null };

let queries: QueryClient;
let looking: string | null;
let writer: CacheWriter;

beforeEach(() => {
  queries = new QueryClient();
  looking = null;
  writer = new CacheWriter(queries, {
    user: "u1",
    agent: "me",
    sees: () => true,
    looksAt: (id) => id === looking,
  });
  queries.setQueryData<List>(LIST, { pages: [{ items: [], next: null }], pageParams: [null] });
});

function event(kind: FeedEvent["kind"], data: object): FeedEvent {
  return {
    branch_id: "north",
    seq: 1,
    kind,
    at: "2026-11-21T10:00:00Z",
    conversation_id: "c1",
    ticket_id: null,
    data: data as Record<string, unknown>,
  };
}

function conversation(lastMessage: string): Omit<ConversationItem, "unread"> {
  return {
    id: "c1",
    customer: { id: "u", name: "Ana", phone: null, tier: "vip" },
    channel: "whatsapp",
    account: { id: "account", display_number: null },
    branch: { id: "north", code: "N", name: "North" },
    state: "open",
    owner: { kind: "queue", agent: null, version: 2, since: "2026-11-21T10:00:00Z", hold_until: null },
    last_message: {
      id: lastMessage,
      author: "customer",
      agent: null,
      kind: "text",
      text: "hola",
      at: "2026-11-21T10:00:00Z",
      status: "received",
    },
    last_message_at: "2026-11-21T10:00:00Z",
    waiting_since: null,
    window_until: null,
    ticket: null,
  };
}

function message(id: string, change: Partial<Message> = {}): Partial<Message> {
  return {
    id,
    conversation_id: "c1",
    direction: "in",
    author: BY_CUSTOMER,
    at: "2026-11-21T10:00:00Z",
    ...change,
  };
}

const unread = () => find(queries.getQueryData<List>(LIST) as List, "c1")?.unread;

describe("what the feed tells", () => {
  it("counts a customer's message as unread once, in whichever order its two events come", () => {
    writer.apply([event("message.added", message("m1")), event("conversation.changed", conversation("m1"))]);
    expect(unread()).toBe(1);
    writer.apply([event("conversation.changed", conversation("m2")), event("message.added", message("m2"))]);
    expect(unread()).toBe(2);
  });

  it("counts nothing in the conversation that is before one's eyes", () => {
    looking = "c1";
    writer.apply([event("message.added", message("m1")), event("conversation.changed", conversation("m1"))]);
    expect(unread()).toBe(0);
  });

  it("counts nothing of what colleagues and the bot write", () => {
    writer.apply([event("conversation.changed", conversation("m1"))]);
    writer.apply([event("message.added", message("m2", { direction: "out" }))]);
    expect(unread()).toBe(1);
  });

  it("puts messages and their changes into the open conversation", () => {
    queries.setQueryData<Thread>(keys.messages("c1"), {
      pages: [{ items: [], next: null }],
      pageParams: [null],
    });
    writer.apply([
      event("message.added", message("m1", { direction: "out", status: "queued" })),
      event("message.changed", message("m1", { direction: "out", status: "read" })),
    ]);
    const shown = messagesOf(queries.getQueryData<Thread>(keys.messages("c1")) as Thread);
    expect(shown.map(({ id, status }) => [id, status])).toEqual([["m1", "read"]]);
  });

  it("shows in the list how far its last message has come", () => {
    writer.apply([event("conversation.changed", conversation("m1"))]);
    writer.apply([event("message.changed", message("m1", { status: "delivered" }))]);
    expect(find(queries.getQueryData<List>(LIST) as List, "c1")?.last_message?.status).toBe("delivered");
    writer.apply([event("message.changed", message("m0", { status: "read" }))]);
    expect(find(queries.getQueryData<List>(LIST) as List, "c1")?.last_message?.status).toBe("delivered");
  });

  it("changes the open conversation without forgetting what only its own page knows", () => {
    const known = {
      ...conversation("m1"),
      unread: 0,
      customer: { ...conversation("m1").customer, email: "ana@example.com" },
      draft: { text: "a medias", updated_at: "2026-11-21T10:00:00Z" },
    } as unknown as Conversation;
    queries.setQueryData(keys.conversation("c1"), known);
    const owner = { ...conversation("m1").owner, kind: "agent" as const, agent: { id: "me", name: "Me" } };
    writer.apply([event("conversation.changed", { ...conversation("m1"), owner })]);
    const now = queries.getQueryData<Conversation>(keys.conversation("c1"));
    expect([now?.owner.agent?.id, now?.customer.email, now?.draft?.text]).toEqual([
      "me",
      "ana@example.com",
      "a medias",
    ]);
  });

  it("takes for read what one has read in another browser, but for what came after it", () => {
    writer.apply([event("conversation.changed", conversation("m2"))]);
    const unread = () => find(queries.getQueryData<List>(LIST) as List, "c1")?.unread;
    expect(unread()).toBe(1);
    writer.read("c1", "m1", []);
    expect(unread()).toBe(1);
    writer.read("c1", "m2", []);
    expect(unread()).toBe(0);
  });

  it("reads one's notices anew when one is told something, and not when a colleague is", async () => {
    vi.useFakeTimers();
    queries.setQueryData(keys.notifications, { pages: [], pageParams: [] });
    const stale = () => queries.getQueryState(keys.notifications)?.isInvalidated;
    writer.apply([event("notification.added", { id: "n1", agent_id: "other", user_id: "u2" })]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(stale()).toBe(false);
    writer.apply([event("notification.added", { id: "n2", agent_id: "me", user_id: "u1" })]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(stale()).toBe(true);
    vi.useRealTimers();
  });

  it("reads a quote and the lists of quotes anew when it changed, once for several changes", () => {
    vi.useFakeTimers();
    const read = vi.spyOn(queries, "invalidateQueries");
    const told = { id: "q1", number: "C-1", status: "sent" };
    writer.apply([event("quote.changed", told), event("quote.changed", { ...told, status: "accepted" })]);
    writer.apply([event("order.changed", { id: "o1", number: "P-1", status: "placed" })]);
    vi.advanceTimersByTime(1000);
    const names = read.mock.calls.map(([filters]) => filters?.queryKey);
    expect(names).toEqual([keys.quote("q1"), keys.order("o1"), keys.quotes, keys.orders]);
    vi.useRealTimers();
  });
});
