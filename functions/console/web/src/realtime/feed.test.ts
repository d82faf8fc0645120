import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeedEvent, FeedPage } from "../api/contract";
import { Feed } from "./feed";

function event(seq: number): FeedEvent {
  return {
    branch_id: "north",
    seq,
    kind: "message.added",
    at: "2026-11-21T10:00:00Z",
    conversation_id: null,
    ticket_id: null,
    data: {},
  };
}

/** A feed that ends at `end`, of which pages of two events are given. */
class Server {
  asked: (string | undefined)[] = [];
  reset = false;
  constructor(public end: number) {}

  fetch = async (after?: string): Promise<FeedPage> => {
    this.asked.push(after);
    if (after === undefined || this.reset)
      return { items: [], next: `north:${String(this.end)}`, more: false, reset: this.reset };
    const from = Number(after.split(":")[1]);
    const last = Math.min(this.end, from + 2);
    const items = Array.from({ length: last - from }, (_, i) => event(from + 1 + i));
    return { items, next: `north:${String(last)}`, more: last < this.end, reset: false };
  };
}

async function started(server: Server) {
  const applied: number[] = [];
  let startedOver = 0;
  const feed = new Feed({
    fetch: server.fetch,
    apply: (events) => applied.push(...events.map((e) => e.seq)),
    startOver: () => startedOver++,
  });
  await feed.catchUp();
  return { feed, applied, overs: () => startedOver };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the feed", () => {
  it("starts where the server is, with nothing to apply", async () => {
    const { feed, applied } = await started(new Server(7));
    expect(feed.positions).toEqual({ north: 7 });
    expect(applied).toEqual([]);
  });

  it("fetches page after page what it missed while it was away", async () => {
    const server = new Server(1);
    const { feed, applied } = await started(server);
    server.end = 6;
    await feed.catchUp();
    expect(applied).toEqual([2, 3, 4, 5, 6]);
  });

  it("waits a moment for an event that was overtaken, and fetches nothing when it comes", async () => {
    const server = new Server(1);
    const { feed, applied } = await started(server);
    feed.receive(event(3));
    feed.receive(event(2));
    await vi.runAllTimersAsync();
    expect(applied).toEqual([2, 3]);
    expect(server.asked).toHaveLength(1);
  });

  it("fetches an event that never came", async () => {
    const server = new Server(1);
    const { feed, applied } = await started(server);
    server.end = 3;
    feed.receive(event(3));
    await vi.runAllTimersAsync();
    expect(applied).toEqual([2, 3]);
  });

  it("asks once however many reasons there are, and once more when one came meanwhile", async () => {
    const server = new Server(1);
    const { feed } = await started(server);
    await Promise.all([feed.catchUp(), feed.catchUp(), feed.catchUp()]);
    expect(server.asked).toHaveLength(3);
  });

  it("reads everything anew when it was away for longer than the feed is kept", async () => {
    const server = new Server(1);
    const { feed, applied, overs } = await started(server);
    server.end = 500;
    server.reset = true;
    await feed.catchUp();
    expect(overs()).toBe(1);
    expect(applied).toEqual([]);
    expect(feed.positions).toEqual({ north: 500 });
  });

  it("fetches when a heartbeat says that the server is ahead", async () => {
    const server = new Server(1);
    const { feed, applied } = await started(server);
    feed.hear({ north: 1 });
    expect(server.asked).toHaveLength(1);
    server.end = 2;
    feed.hear({ north: 2 });
    await vi.runAllTimersAsync();
    expect(applied).toEqual([2]);
  });
});
