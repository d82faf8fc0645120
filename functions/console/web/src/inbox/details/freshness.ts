import type { Conversation, Message, Summary } from "../../api/contract";

/** A summary is asked for anew no more often than this. */
export const EVERY_MS = 30_000;
/** What is written in one breath is summarized together. */
export const PAUSE_MS = 2_000;
/** The server may answer with an earlier summary, made a moment ago: one more time later it does not. */
const TIMES = 2;

/** For which message a summary was last asked for, when, and how often. */
export interface Asked {
  upto: string;
  at: number;
  times: number;
}

/** The message a summary has to reach: the newest that is no note; null where there is nothing of a customer to tell. */
export function newestOf(messages: Message[], summary: Summary | null): string | null {
  if (summary === null && !messages.some((message) => message.direction === "in")) return null;
  return messages.findLast((message) => message.direction !== "note")?.id ?? null;
}

/**
 * In how many milliseconds a summary is to be asked for anew; null where it reaches the newest message, or will not. One
 * in the customer's words is no end where a model writes better ones.
 */
export function refreshIn(
  summary: Summary | null,
  by: Conversation["summarized_by"],
  newest: string | null,
  asked: Asked | null,
  now: number,
): number | null {
  const best = summary?.kind === "model" || by === "extractive";
  if (newest === null || (best && (summary?.upto_message_id ?? "") >= newest)) return null;
  if (asked === null) return PAUSE_MS;
  if (asked.upto === newest && asked.times >= TIMES) return null;
  return Math.max(PAUSE_MS, asked.at + EVERY_MS - now);
}
