import { describe, expect, it } from "vitest";
import type { Conversation } from "../../api/contract";
import { sendingNow } from "./sending";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const FREE = { writes: true, held: false };

function conversation(change: Partial<Conversation>): Conversation {
  return { state: "open", can_send: "free", window_until: "2026-11-21T18:00:00Z", ...change } as Conversation;
}

describe("what may be sent", () => {
  it("is anything within the window", () => {
    expect(sendingNow(conversation({}), FREE, NOW)).toBe("free");
  });

  it("is templates from the moment the window ends, whatever was said before", () => {
    expect(sendingNow(conversation({}), FREE, Date.parse("2026-11-21T18:00:00Z"))).toBe("template");
  });

  it("is anything again once the customer has written, though nothing was read anew", () => {
    expect(sendingNow(conversation({ can_send: "template" }), FREE, NOW)).toBe("free");
  });

  it("is nothing where the server refuses whatever the window, and what the server says where there is no window", () => {
    expect(sendingNow(conversation({ can_send: "none" }), FREE, NOW)).toBe("none");
    expect(sendingNow(conversation({ can_send: "template", window_until: null }), FREE, NOW)).toBe(
      "template",
    );
  });

  it("is nothing where another holds the conversation, where it is closed, and for those who only read", () => {
    expect(sendingNow(conversation({}), { writes: true, held: true }, NOW)).toBe("held");
    expect(sendingNow(conversation({ state: "closed" }), FREE, NOW)).toBe("closed");
    expect(sendingNow(conversation({}), { writes: false, held: false }, NOW)).toBe("readonly");
  });
});
