import type { Conversation } from "../../api/contract";

export type Sending = "free" | "template" | "held" | "closed" | "none" | "readonly";

interface May {
  writes: boolean;
  held: boolean;
}

/**
 * What may be sent to a customer now. The server's word is from when the conversation was read; what it said of the window
 * goes on with the clock, and a window that a new message has opened is open.
 */
export function sendingNow(conversation: Conversation, may: May, now: number): Sending {
  if (!may.writes) return "readonly";
  if (conversation.state === "closed") return "closed";
  if (may.held) return "held";
  const { can_send: said, window_until: until } = conversation;
  if (until === null || said === "none") return said;
  return Date.parse(until) > now ? "free" : "template";
}
