/** What the API takes and answers, in the shape openapi-fetch reads; times are ISO 8601 UTC, ids are UUIDs. */

export type Role = "admin" | "supervisor" | "agent" | "viewer";
export type Language = "es" | "en";
export type Priority = "critical" | "urgent" | "high" | "medium" | "low";
export type TicketStatus = "open" | "in_progress" | "waiting" | "resolved" | "closed";
export type TicketSource = "web" | "email" | "phone" | "chat" | "api";

export interface Page<Item> {
  items: Item[];
  next: string | null;
}
export interface Named {
  id: string;
  name: string;
}
export interface Coded extends Named {
  code: string;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  role: Role;
  permissions: string[];
  branches: Coded[] | null;
  agent: {
    id: string;
    name: string;
    available: boolean;
    max_conversations: number;
    department_id: string;
  } | null;
  language: Language;
  must_change_password: boolean;
}
export interface Session {
  access_token: string;
  expires_in: number;
  user: Me;
}
export interface SocketTicket {
  url: string;
  expires_at: string;
}
export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  branches: string[] | null;
  active: boolean;
  agent_id: string | null;
  last_login_at: string | null;
  created_at: string;
}
export interface UserIn {
  email: string;
  name: string;
  role: Role;
  branches: string[] | null;
}
export interface ApiKey {
  prefix: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}
export interface AuditEntry {
  at: string;
  actor: string;
  action: string;
  subject: string | null;
  outcome: string;
  detail: string | Record<string, unknown> | null;
}

export type OwnerKind = "bot" | "queue" | "agent";
export interface Owner {
  kind: OwnerKind;
  agent: Named | null;
  version: number;
  since: string;
  hold_until: string | null;
}
export type Author = {
  kind: "customer" | "bot" | "agent" | "phone";
  agent: Named | null;
};
export type DeliveryStatus = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown";
export interface LastMessage {
  id: string;
  author: Author;
  kind: string;
  text: string | null;
  at: string;
  status: DeliveryStatus | null;
}
export interface ConversationItem {
  id: string;
  customer: { id: string; name: string; phone: string | null; tier: string };
  channel: string;
  account: { id: string; display_number: string | null };
  branch: Coded | null;
  state: "open" | "closed";
  owner: Owner;
  last_message: LastMessage | null;
  last_message_at: string;
  unread: number;
  waiting_since: string | null;
  window_until: string | null;
  ticket: { id: string; number: number | string; priority: Priority | null; status: TicketStatus } | null;
}
export type Box = "mine" | "unassigned" | "bot" | "waiting" | "all" | "closed";
export type Counts = Record<"mine" | "unassigned" | "bot" | "waiting" | "all", number>;
export interface Summary {
  kind: "model" | "extractive";
  wants: string;
  products: string[];
  vehicles: string[];
  intention: "low" | "medium" | "high";
  confidence: number;
  state: string;
  progress: number;
  made_at: string;
  upto_message_id: string | null;
}
export interface Presence {
  user: Named | null;
  who: "user" | "customer";
  state: "viewing" | "typing";
  until: string;
}
export interface Sla {
  kind: "first_response" | "resolution" | "update";
  due_at: string;
  overdue: boolean;
}
export type Factors = Record<string, unknown> | { [name: string]: unknown }[];
export interface ConversationTicket {
  id: string;
  number: number | string;
  subject: string;
  status: TicketStatus;
  priority: Priority | null;
  score: number | null;
  factors: Factors | null;
  tags: string[];
  category: string | null;
  agent: Named | null;
  created_at: string;
  first_response_at: string | null;
  sla: Sla | null;
}
export interface Conversation extends Omit<ConversationItem, "customer" | "ticket"> {
  opened_at: string;
  closed_at: string | null;
  language: string | null;
  can_send: "free" | "template" | "none";
  send_reason: string | null;
  customer: {
    id: string;
    name: string;
    phone: string | null;
    email: string | null;
    company: string | null;
    tier: string;
    language: string | null;
    created_at: string;
    identities: {
      channel: string;
      phone: string | null;
      username: string | null;
      profile_name: string | null;
    }[];
    attended_by: { agent: Named; last_at: string; conversations: number }[];
    previous: {
      id: string;
      opened_at: string;
      closed_at: string | null;
      channel: string;
      last_text: string | null;
    }[];
  };
  ticket: ConversationTicket | null;
  summary: Summary | null;
  draft: { text: string; updated_at: string } | null;
  presence: Presence[];
}
export interface Attachment {
  id: string;
  mime_type: string | null;
  filename: string | null;
  state: string;
}
export interface Message {
  id: string;
  conversation_id: string;
  direction: "in" | "out" | "note";
  author: Author;
  kind: string;
  text: string | null;
  content: Record<string, unknown> | null;
  attachments: Attachment[];
  reply_to: string | null;
  status: DeliveryStatus | null;
  error: { code: string | number | null; detail: string | null } | null;
  at: string;
  sent_at: string | null;
  edited_at: string | null;
  deleted_at: string | null;
  mentions: string[];
  read_by: { user: Named; at: string }[];
  client_id: string | null;
  analysis: { sentiment: string | null; urgency: string | null; language: string | null } | null;
}
export interface MessageIn {
  text?: string;
  template?: { id: string; parameters: string[] };
  reply_to?: string;
  client_id: string;
  seen: string | null;
  confirm?: boolean;
}
export interface LedgerStep {
  step: string;
  at: string;
  detail: string | null;
}
export interface HistoryEntry {
  at: string;
  actor: string;
  actor_name: string | null;
  field: string;
  old: string | null;
  new: string | null;
  reason: string | null;
}
export interface Template {
  id: string;
  name: string;
  language: string;
  category: string | null;
  body: string;
  parameters: number;
}

export interface Agent {
  id: string;
  name: string;
  email: string;
  department: Coded;
  branch: Coded | null;
  seniority: string | number | null;
  available: boolean;
  online: boolean;
  seen_at: string | null;
  open_conversations: number;
  max_conversations: number;
  open_tickets: number;
  max_tickets: number;
  skills: string[];
  language: string | null;
  user_id: string | null;
  supervisor_id: string | null;
}
export interface Account {
  id: string;
  channel: string;
  external_id: string;
  display_number: string | null;
  active: boolean;
}
export interface Branch {
  id: string;
  code: string;
  name: string;
  timezone: string;
  language: string;
  currency: string;
  accounts: Account[];
  assignment: "automatic" | "manual";
  faithful: boolean;
}
export interface Department {
  id: string;
  code: string;
  name: string;
  supervisor_id: string | null;
}

export interface Dashboard {
  at: string;
  active: { total: number; bot: number; queue: number; agents: number };
  resolved_last_hour: number;
  escalated_last_hour: number;
  waiting: { conversation_id: string; customer: string; since: string; branch_id: string | null }[];
  first_response: { mean_seconds: number | null; p90_seconds: number | null; count: number };
  resolution: { mean_seconds: number | null; p90_seconds: number | null; count: number };
  bot: { answered: number; handed_over: number; resolution_rate: number | null };
  hourly: { hour: string; messages_in: number; messages_out: number; tickets: number }[];
  agents: {
    agent: Named;
    available: boolean;
    online: boolean;
    conversations: number;
    tickets: number;
    max_conversations: number;
  }[];
  problems: { label: string; count: number }[];
  ratings: { mean: number | null; count: number; by_rating: Record<string, number> };
  formulas: Record<string, string>;
}

export interface FeedEvent {
  branch_id: string;
  seq: number;
  kind: string;
  at: string;
  conversation_id: string | null;
  ticket_id: string | null;
  data: Record<string, unknown>;
}
export interface FeedPage {
  items: FeedEvent[];
  next: string;
  more: boolean;
  reset: boolean;
}
export interface Notice {
  id: string;
  kind: string;
  at: string;
  read_at: string | null;
  conversation_id: string | null;
  ticket_id: string | null;
  text: string;
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
