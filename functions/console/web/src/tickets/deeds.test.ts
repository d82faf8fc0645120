import { describe, expect, it } from "vitest";
import type { Change } from "../api/desk";
import { together } from "./deeds";

function change(field: string, at: string, told: Partial<Change> = {}): Change {
  return { field, old: null, new: "x", actor: "prioritize", actor_name: null, reason: null, at, ...told };
}

describe("a ticket's history", () => {
  it("tells the newest deed first", () => {
    const deeds = together([change("status", "10:00"), change("agent_id", "10:05")]);
    expect(deeds.map(([first]) => first.field)).toEqual(["agent_id", "status"]);
  });

  it("puts together what one actor did at one instant for one reason", () => {
    const deeds = together([change("score", "10:00"), change("priority", "10:00"), change("tags", "10:01")]);
    expect(deeds.map((deed) => deed.map(({ field }) => field))).toEqual([["tags"], ["priority", "score"]]);
  });

  it("keeps apart what two did at the same instant", () => {
    const deeds = together([change("score", "10:00"), change("status", "10:00", { actor: "user:1" })]);
    expect(deeds).toHaveLength(2);
  });
});
