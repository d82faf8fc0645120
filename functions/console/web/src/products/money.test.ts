import { expect, test } from "vitest";
import { money, years } from "./money";

test("an amount keeps every cent, however large", () => {
  expect(money("9007199254740993.25", "MXN", "en").replace(/\s/g, " ")).toBe("MXN 9,007,199,254,740,993.25");
});

test("an amount is written as where its money is used", () => {
  expect(money("1215.90", "MXN", "es").replace(/\s/g, " ")).toBe("MXN 1,215.90");
  expect(money("1215.90", "COP", "es").replace(/\s/g, " ")).toBe("COP 1.215,90");
});

test("years are one, a span, or none", () => {
  expect(years({ year_from: 2012, year_to: 2019 })).toBe("2012–2019");
  expect(years({ year_from: 2012, year_to: 2012 })).toBe("2012");
  expect(years({ year_from: null, year_to: null })).toBe("");
});
