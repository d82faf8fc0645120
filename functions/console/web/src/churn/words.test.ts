import { describe, expect, it } from "vitest";
import { barWidth, mainReason } from "./words";

const factors = [
  { name: "age", value: 900, contribution: -1.2 },
  { name: "late_payments", value: 2, contribution: 0.6 },
  { name: "tickets", value: 4, contribution: 0.3 },
];

describe("why somebody leaves", () => {
  it("names what speaks loudest for leaving, not what speaks against it", () => {
    expect(mainReason(factors)?.name).toBe("late_payments");
  });

  it("names nothing where nothing speaks for leaving", () => {
    expect(mainReason(factors.slice(0, 1))).toBeNull();
  });

  it("draws the loudest fact in full, whichever way it speaks", () => {
    expect(factors.map((factor) => barWidth(factor, factors))).toEqual([100, 50, 25]);
  });
});
