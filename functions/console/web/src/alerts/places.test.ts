import { describe, expect, it } from "vitest";
import { inMinutes, minutesOf, placeOfSubject, unitsOf } from "./places";

describe("what an alert is about", () => {
  it("leads to the conversation, else to the ticket, the product, or nowhere", () => {
    expect(placeOfSubject({ conversation_id: "c1", ticket_id: "t1" })).toEqual({
      name: "conversation",
      to: "/inbox/c1?box=all",
    });
    expect(placeOfSubject({ conversation_id: null, ticket_id: "t1" })).toEqual({
      name: "ticket",
      to: "/tickets/t1",
    });
    expect(placeOfSubject({ product_id: "p1" })).toEqual({ name: "product", to: "/products/p1" });
    expect(placeOfSubject({ agent_id: "a1" })).toBeNull();
  });
});

describe("a stretch of time", () => {
  it("is told in the largest unit that divides it", () => {
    expect(unitsOf(45)).toEqual({ count: 45, unit: "minutes" });
    expect(unitsOf(120)).toEqual({ count: 2, unit: "hours" });
    expect(unitsOf(90)).toEqual({ count: 90, unit: "minutes" });
    expect(unitsOf(10_080)).toEqual({ count: 7, unit: "days" });
  });

  it("comes back as the same minutes", () => {
    for (const minutes of [5, 60, 90, 1440, 44_640]) expect(minutesOf(unitsOf(minutes))).toBe(minutes);
    expect(inMinutes(2, "hours")).toBe(120);
  });
});
