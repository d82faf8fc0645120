import { describe, expect, it } from "vitest";
import type { ConversationItem, FeedEvent } from "../api/contract";
import { Alerts } from "./alerts";

const ME = "agent-me";

function told(owner: "bot" | "queue" | string, waiting: boolean): FeedEvent {
  const agent = owner === "bot" || owner === "queue" ? null : { id: owner, name: owner };
  const data: Partial<ConversationItem> = {
    id: "c1",
    customer: { id: "u", name: "Ana Torres", phone: null, tier: "vip" },
    state: "open",
    owner: {
      kind: agent === null ? (owner as "bot" | "queue") : "agent",
      agent,
      version: 1,
      since: "2026-11-21T10:00:00Z",
      hold_until: null,
    },
    last_message: null,
    waiting_since: waiting ? "2026-11-21T10:00:00Z" : null,
  };
  return {
    branch_id: "b",
    seq: 1,
    kind: "conversation.changed",
    at: "2026-11-21T10:00:00Z",
    conversation_id: "c1",
    ticket_id: null,
    data,
  };
}

describe("what somebody is told of who is not looking", () => {
  it("is a customer who begins to wait for people, once", () => {
    const alerts = new Alerts(ME);
    expect(alerts.of(told("queue", true))?.kind).toBe("waiting");
    expect(alerts.of(told("queue", true))).toBeNull();
    expect(alerts.of(told("queue", false))).toBeNull();
    expect(alerts.of(told("queue", true))?.kind).toBe("waiting");
  });

  it("is not a customer whom the bot or a colleague answers", () => {
    const alerts = new Alerts(ME);
    expect(alerts.of(told("bot", true))).toBeNull();
    expect(alerts.of(told("agent-other", true))).toBeNull();
  });

  it("is what a rule found, and again once it grew worse, but not what is quiet, settled or for information", () => {
    const alerts = new Alerts(ME);
    const found = (severity: string, state = "active", quiet_until: string | null = null) =>
      alerts.of({
        ...told("bot", false),
        kind: "alert.changed",
        data: { id: "a1", severity, state, quiet_until },
      });
    expect(found("info")).toBeNull();
    expect(found("warning", "active", "2026-11-22T13:00:00Z")).toBeNull();
    expect(found("warning")?.place).toBe("/alerts/open");
    expect(found("warning")).toBeNull();
    expect(found("critical")?.kind).toBe("found");
    expect(found("emergency", "acknowledged")).toBeNull();
  });

  it("is a conversation that becomes mine", () => {
    const alerts = new Alerts(ME);
    alerts.of(told("queue", false));
    expect(alerts.of(told(ME, true))?.kind).toBe("assigned");
    expect(alerts.of(told(ME, true))).toBeNull();
  });
});
