/** Tickets, articles, people and settings: what their routes take and answer. */
import type {
  Account,
  Agent,
  AuditEntry,
  Branch,
  Coded,
  Language,
  Named,
  Page,
  Priority,
  Sla,
} from "./contract";
import type { Operation, TicketSource, TicketStatus, User } from "./contract";

export interface Factor {
  name: string;
  points: number;
  why: Record<string, string>;
}
export interface Suggestion {
  article_id: string;
  title: string;
  text: string;
  confidence: number;
}
export interface Ticket {
  id: string;
  number: number;
  subject: string;
  description: string;
  status: TicketStatus;
  source: string;
  category: string;
  customer_id: string;
  conversation_id: string | null;
  branch_id: string | null;
  department_id: string | null;
  agent_id: string | null;
  priority: Priority | null;
  score: number | null;
  factors: Factor[];
  language: string | null;
  tags: string[];
  escalation_level: number;
  created_at: string;
  updated_at: string;
  assigned_at: string | null;
  first_response_at: string | null;
  resolved_at: string | null;
  closed_at: string | null;
  customer?: Named | null;
  agent?: Named | null;
  department?: Named | null;
  branch?: Named | null;
  sla?: Sla | null;
  suggestion?: Suggestion | null;
}
export interface Change {
  field: string;
  old: unknown;
  new: unknown;
  actor: string;
  actor_name?: string | null;
  reason: string | null;
  at: string;
}
export interface TicketWithHistory extends Ticket {
  history: Change[];
}
export interface TicketQuery {
  status?: TicketStatus;
  priority?: Priority;
  category?: string;
  source?: string;
  agent_id?: string;
  branch_id?: string;
  department_id?: string;
  overdue?: boolean;
  q?: string;
  cursor?: string;
  limit?: number;
}
export interface TicketIn {
  subject: string;
  description: string;
  customer: { id?: string; email?: string; phone?: string; name?: string; company?: string };
  source?: TicketSource;
  category?: string;
  branch_id?: string | null;
  language?: string | null;
  tags?: string[];
}
export interface TicketPatch {
  status?: TicketStatus;
  subject?: string;
  description?: string;
  category?: string;
  branch_id?: string | null;
  language?: string | null;
  tags?: string[];
  agent_id?: string | null;
  priority?: Priority;
  department_id?: string | null;
  reason?: string;
}

export type ArticleStatus = "draft" | "published" | "archived";
export interface ArticleItem {
  id: string;
  slug: string;
  language: string;
  category: string;
  title: string;
  status: ArticleStatus;
  state: "learning" | "ready" | null;
  version: number;
  updated_at: string;
}
export interface Article extends ArticleItem {
  body: string;
  questions: string[];
  created_at: string;
  published_at: string | null;
}
export interface ArticleIn {
  slug?: string;
  language: string;
  category: string;
  title: string;
  body: string;
  questions: string[];
  publish?: boolean;
}
export interface ArticleVersion {
  version: number;
  title: string;
  body: string;
  questions: string[];
  actor: string;
  actor_name?: string | null;
  reason?: string | null;
  at: string;
}
export interface Trial {
  found: { article_id: string; title: string; confidence: number }[];
  would: "answer" | "hand over";
}

export interface Setting {
  key: string;
  value: unknown;
  default: unknown;
  kind: string;
  description: string | Record<string, string>;
  changed_at: string | null;
}

type Id<Name extends string> = { path: Record<Name, string> };

export interface AgentIn {
  name: string;
  email: string;
  department_id: string;
  branch_id?: string | null;
  seniority?: number;
  max_conversations?: number;
  max_tickets?: number;
  skills?: string[];
  language?: string;
  supervisor_id?: string | null;
  user_id?: string | null;
}
export interface BranchIn {
  code: string;
  name: string;
  timezone: string;
  language: string;
  currency: string;
  assignment?: "automatic" | "manual";
  faithful?: boolean;
}
export interface AccountIn {
  channel: string;
  external_id: string;
  display_number?: string | null;
}

export interface DeskPaths {
  "/api/agents": { post: Operation<Agent, { body: AgentIn }> };
  "/api/agents/{agent_id}": {
    patch: Operation<Agent, Id<"agent_id"> & { body: Partial<AgentIn> & { available?: boolean } }>;
  };
  "/api/branches": { post: Operation<Branch, { body: BranchIn }> };
  "/api/branches/{branch_id}": {
    patch: Operation<Branch, Id<"branch_id"> & { body: Partial<Omit<BranchIn, "code">> }>;
  };
  "/api/branches/{branch_id}/accounts": { post: Operation<Account, Id<"branch_id"> & { body: AccountIn }> };
  "/api/branches/{branch_id}/accounts/{account_id}": {
    patch: Operation<
      Account,
      { path: { branch_id: string; account_id: string } } & {
        body: { branch_id?: string; active?: boolean; display_number?: string };
      }
    >;
  };
  "/api/support/tickets": {
    get: Operation<Page<Ticket>, { query: TicketQuery }>;
    post: Operation<Ticket, { body: TicketIn }>;
  };
  "/api/support/tickets/{ticket_id}": {
    get: Operation<TicketWithHistory, Id<"ticket_id">>;
    patch: Operation<TicketWithHistory, Id<"ticket_id"> & { body: TicketPatch }>;
    delete: Operation<undefined, Id<"ticket_id">>;
  };
  "/api/knowledge/articles": {
    get: Operation<
      Page<ArticleItem>,
      { query: { q?: string; language?: string; status?: string; cursor?: string } }
    >;
    post: Operation<Article, { body: ArticleIn }>;
  };
  "/api/knowledge/articles/{article_id}": {
    get: Operation<Article, Id<"article_id">>;
    put: Operation<
      Article,
      Id<"article_id"> & { body: Partial<Omit<ArticleIn, "slug" | "language">> & { status?: ArticleStatus } }
    >;
    delete: Operation<undefined, Id<"article_id">>;
  };
  "/api/knowledge/articles/{article_id}/restore": {
    post: Operation<Article, Id<"article_id"> & { body: { version: number } }>;
  };
  "/api/knowledge/articles/{article_id}/versions": {
    get: Operation<{ items: ArticleVersion[] }, Id<"article_id">>;
  };
  "/api/knowledge/try": { post: Operation<Trial, { body: { question: string; language: Language } }> };
  "/api/settings": {
    get: Operation<{ items: Setting[] }>;
    patch: Operation<{ items: Setting[] }, { body: { key: string; value: unknown; reason?: string } }>;
  };
}
export type {
  Account,
  Agent,
  AuditEntry,
  Branch,
  Coded,
  Language,
  Named,
  Page,
  Priority,
  Sla,
  TicketStatus,
  User,
};
