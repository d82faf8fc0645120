import { describe, expect, it } from "vitest";
import { dayKey, localInput, mondayOf, nextHour, weeksOf } from "./days";

describe("the calendar's weeks", () => {
  it("begin on Mondays and hold the whole month", () => {
    const weeks = weeksOf(new Date(2026, 10, 21));
    expect(weeks).toHaveLength(6);
    expect(weeks[0]?.[0]).toEqual(new Date(2026, 9, 26));
    expect(weeks.at(-1)?.[6]).toEqual(new Date(2026, 11, 6));
    expect(mondayOf(new Date(2026, 10, 22))).toEqual(new Date(2026, 10, 16));
  });

  it("keep a day together", () => {
    expect(dayKey(new Date(2026, 10, 21, 0, 5))).toBe(dayKey(new Date(2026, 10, 21, 23, 59)));
  });
});

describe("a time somebody types", () => {
  it("is the browser's own", () => {
    expect(localInput(new Date(2026, 10, 21, 9, 5))).toBe("2026-11-21T09:05");
    expect(nextHour(new Date(2026, 10, 21, 23, 30))).toEqual(new Date(2026, 10, 22));
  });
});
