import { describe, expect, it } from "vitest";
import { dayKey, instantOf, localInput, monthOf, nextHour, weeksOf } from "./days";

const MEXICO = "America/Mexico_City";
const MADRID = "Europe/Madrid";

describe("the calendar's weeks", () => {
  it("begin on Mondays and hold the whole month", () => {
    const weeks = weeksOf(2026, 10);
    expect(weeks).toHaveLength(6);
    expect(weeks[0]?.[0]).toEqual({ year: 2026, month: 9, day: 26 });
    expect(weeks.at(-1)?.[6]).toEqual({ year: 2026, month: 11, day: 6 });
    expect(weeksOf(2027, 1)).toHaveLength(4);
  });

  it("keep a day of the zone together", () => {
    const saturday = { year: 2026, month: 10, day: 21 };
    expect(dayKey("2026-11-22T02:00:00Z", MEXICO)).toBe(dayKey(saturday));
    expect(dayKey("2026-11-22T02:00:00Z", MADRID)).not.toBe(dayKey(saturday));
    expect(monthOf(new Date("2026-12-01T03:00:00Z"), MEXICO)).toEqual({ year: 2026, month: 10 });
  });
});

describe("a time somebody types", () => {
  it("is by the zone's clock", () => {
    expect(instantOf("2026-11-21T20:00", MEXICO).toISOString()).toBe("2026-11-22T02:00:00.000Z");
    expect(localInput(new Date("2026-11-22T02:00:00Z"), MEXICO)).toBe("2026-11-21T20:00");
  });

  it("is right on both sides of a change of clocks", () => {
    expect(instantOf("2026-10-25T01:30", MADRID).toISOString()).toBe("2026-10-24T23:30:00.000Z");
    expect(instantOf("2026-10-25T09:00", MADRID).toISOString()).toBe("2026-10-25T08:00:00.000Z");
    expect(instantOf("2027-03-28T09:00", MADRID).toISOString()).toBe("2027-03-28T07:00:00.000Z");
  });

  it("begins as the next full hour", () => {
    expect(nextHour(new Date("2026-11-21T23:30:00Z")).toISOString()).toBe("2026-11-22T00:00:00.000Z");
  });
});
