/** Names for what the API takes and answers, as its description says it; times are ISO 8601 UTC, ids are UUIDs. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Language = "es" | "en";
export type Role = Me["role"];

export type Me = Schemas["Me"];
export type Session = Schemas["Session"];

export type Agent = Schemas["Agent"];
export type Conversation = Schemas["Conversation"];
export type ConversationItem = Schemas["ConversationItem"];
export type Counts = Schemas["Counts"];
export type FeedEvent = Schemas["FeedEvent"];
export type FeedPage = Schemas["EventPage"];
export type HistoryEntry = Schemas["HistoryLine"];
export type LastMessage = Schemas["LastMessage"];
export type Message = Schemas["Message"];
export type MessageIn = Schemas["MessageIn"];
export type Attachment = Message["attachments"][number];
export type Notice = Schemas["Notice"];
export type NoticePage = Schemas["NoticePage"];
export type Owner = Schemas["Owner"];
export type OwnerKind = Owner["kind"];
export type Presence = Schemas["Presence"];
export type Sla = Schemas["Sla"];
export type Summary = Schemas["Summary"];
export type Template = Schemas["Template"];
export type TransferIn = Schemas["TransferIn"];

export type Box = keyof Counts | "closed";
export type Priority = "critical" | "urgent" | "high" | "medium" | "low";

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

// openapi-fetch knows a route by its parameters, body and answers; this says it in one line a route.
interface Options {
  query?: object;
  path?: object;
  body?: unknown;
}
export type Operation<Answer, O extends Options = object> = {
  parameters: (O extends { query: infer Q } ? { query?: Q } : { query?: never }) &
    (O extends { path: infer P } ? { path: P } : { path?: never });
  responses: { 200: { headers: Record<string, unknown>; content: { "application/json": Answer } } };
} & (O extends { body: infer B }
  ? { requestBody: { content: { "application/json": B } } }
  : { requestBody?: never });
