import { describe, expect, it } from "vitest";
import en from "../i18n/en/page.json";
import es from "../i18n/es/page.json";
import { REASONS } from "./reasons";

describe("the product's own reasons", () => {
  it("have words in both languages, and no words are left over", () => {
    const names = Object.values(REASONS).toSorted();
    expect(Object.keys(es.reasons).toSorted()).toEqual(names);
    expect(Object.keys(en.reasons).toSorted()).toEqual(names);
  });
});
