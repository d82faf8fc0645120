import { describe, expect, it } from "vitest";
import type { FeedEvent } from "../api/contract";
import { Sequences } from "./sequences";

const NORTH = "north";
const SOUTH = "south";

function event(branch: string, seq: number): FeedEvent {
  return {
    branch_id: branch,
    seq,
    kind: "message.added",
    at: "2026-11-21T10:00:00Z",
    conversation_id: null,
    ticket_id: null,
    data: {},
  };
}

function numbers(events: FeedEvent[]): string[] {
  return events.map((e) => `${e.branch_id}:${String(e.seq)}`);
}

function from(cursor: string): Sequences {
  const sequences = new Sequences();
  sequences.begin(cursor);
  return sequences;
}

describe("events in order", () => {
  it("gives the next event at once, branch by branch", () => {
    const sequences = from("north:4,south:9");
    expect(numbers(sequences.take(event(NORTH, 5)))).toEqual(["north:5"]);
    expect(numbers(sequences.take(event(SOUTH, 10)))).toEqual(["south:10"]);
    expect(sequences.cursor).toBe("north:5,south:10");
  });

  it("gives nothing twice", () => {
    const sequences = from("north:4");
    sequences.take(event(NORTH, 5));
    expect(sequences.take(event(NORTH, 5))).toEqual([]);
    expect(sequences.take(event(NORTH, 3))).toEqual([]);
  });

  it("keeps what came early until what it follows is there", () => {
    const sequences = from("north:4");
    expect(sequences.take(event(NORTH, 7))).toEqual([]);
    expect(sequences.take(event(NORTH, 6))).toEqual([]);
    expect(sequences.missing).toBe(true);
    expect(numbers(sequences.take(event(NORTH, 5)))).toEqual(["north:5", "north:6", "north:7"]);
    expect(sequences.missing).toBe(false);
  });

  it("begins with a branch it had not heard of where that begins to speak", () => {
    const sequences = from("north:4");
    expect(numbers(sequences.take(event(SOUTH, 12)))).toEqual(["south:12"]);
    expect(numbers(sequences.take(event(SOUTH, 13)))).toEqual(["south:13"]);
  });
});

describe("what was fetched after a gap", () => {
  it("fills the gap, then gives what waited behind it", () => {
    const sequences = from("north:4");
    sequences.take(event(NORTH, 8));
    const due = sequences.fetched({
      items: [event(NORTH, 5), event(NORTH, 6), event(NORTH, 7)],
      next: "north:7",
      more: false,
      reset: false,
    });
    expect(numbers(due)).toEqual(["north:5", "north:6", "north:7", "north:8"]);
  });

  it("does not give again what the socket brought meanwhile", () => {
    const sequences = from("north:4");
    sequences.take(event(NORTH, 5));
    const due = sequences.fetched({
      items: [event(NORTH, 5), event(NORTH, 6)],
      next: "north:6",
      more: false,
      reset: false,
    });
    expect(numbers(due)).toEqual(["north:6"]);
  });

  it("goes on behind numbers that are somebody else's business", () => {
    const sequences = from("north:4");
    sequences.take(event(NORTH, 9));
    const due = sequences.fetched({ items: [event(NORTH, 6)], next: "north:8", more: false, reset: false });
    expect(numbers(due)).toEqual(["north:6", "north:9"]);
    expect(sequences.missing).toBe(false);
  });

  it("never goes back", () => {
    const sequences = from("north:4");
    sequences.take(event(NORTH, 5));
    sequences.fetched({ items: [], next: "north:3", more: false, reset: false });
    expect(sequences.cursor).toBe("north:5");
  });
});

describe("the server's positions", () => {
  it("say whether something is missing", () => {
    const sequences = from("north:4,south:9");
    expect(sequences.behind({ north: 4, south: 9 })).toBe(false);
    expect(sequences.behind({ north: 5, south: 9 })).toBe(true);
    expect(sequences.behind({ east: 0 })).toBe(false);
    expect(sequences.behind({ east: 1 })).toBe(true);
  });
});
