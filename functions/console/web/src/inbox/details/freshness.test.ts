import { describe, expect, it } from "vitest";
import type { Message, Summary } from "../../api/contract";
import { EVERY_MS, newestOf, PAUSE_MS, refreshIn } from "./freshness";

const NOW = Date.parse("2026-11-21T12:00:00Z");

function upto(id: string): Summary {
  return { upto_message_id: id } as Summary;
}

function message(id: string, direction: Message["direction"]): Message {
  return { id, direction } as Message;
}

describe("a summary", () => {
  it("is left alone while it reaches the newest message", () => {
    expect(refreshIn(upto("02"), "extractive", "02", null, NOW)).toBeNull();
  });

  it("is asked for anew a moment after a message came", () => {
    expect(refreshIn(upto("01"), "extractive", "02", null, NOW)).toBe(PAUSE_MS);
    expect(refreshIn(null, "extractive", "02", null, NOW)).toBe(PAUSE_MS);
  });

  it("is asked for every thirty seconds at most, however many messages come", () => {
    const asked = { upto: "01", at: NOW - 10_000, times: 1 };
    expect(refreshIn(upto("01"), "extractive", "02", asked, NOW)).toBe(EVERY_MS - 10_000);
    expect(refreshIn(upto("01"), "extractive", "02", { ...asked, at: NOW - EVERY_MS }, NOW)).toBe(PAUSE_MS);
  });

  it("is asked for once more when an earlier one was the answer, and then no more for that message", () => {
    const asked = { upto: "02", at: NOW, times: 1 };
    expect(refreshIn(upto("01"), "extractive", "02", asked, NOW)).toBe(EVERY_MS);
    expect(refreshIn(upto("01"), "extractive", "02", { ...asked, times: 2 }, NOW)).toBeNull();
    expect(refreshIn(upto("01"), "extractive", "03", { ...asked, times: 2 }, NOW)).toBe(EVERY_MS);
  });

  it("is asked of a model at the first look, and twice at most where the model does not answer", () => {
    const words = { ...upto("02"), kind: "extractive" } as Summary;
    const asked = { upto: "02", at: NOW, times: 1 };
    expect(refreshIn(words, "model", "02", null, NOW)).toBe(PAUSE_MS);
    expect(refreshIn({ ...words, kind: "model" }, "model", "02", asked, NOW)).toBeNull();
    expect(refreshIn(words, "model", "02", asked, NOW)).toBe(EVERY_MS);
    expect(refreshIn(words, "model", "02", { ...asked, times: 2 }, NOW)).toBeNull();
  });

  it("does not reach for notes, nor for a conversation in which no customer wrote", () => {
    const written = [message("01", "in"), message("02", "out"), message("03", "note")];
    expect(newestOf(written, null)).toBe("02");
    expect(newestOf([message("02", "out")], null)).toBeNull();
    expect(newestOf([message("02", "out")], upto("01"))).toBe("02");
  });
});
