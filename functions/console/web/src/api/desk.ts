/** Tickets, articles, people and settings: what their routes take and answer. */
import type { Client } from "openapi-fetch";
import { api as client } from "./client";
import type { Language, Operation, Page } from "./contract";
import type { components, operations, paths } from "./schema";

type Schemas = components["schemas"];
export type Account = Schemas["relevo__api__people_models__Account"];
export type Agent = Schemas["Agent"];
export type AgentIn = Schemas["AgentIn"];
export type ApiKey = Schemas["Key"];
export type AuditLine = Schemas["AuditLine"];
export type Branch = Schemas["relevo__api__people_models__Branch"];
export type BranchIn = Schemas["BranchIn"];
export type BranchPatch = Schemas["BranchPatch"];
export type Change = Schemas["Change"];
export type Dashboard = Schemas["Dashboard"];
export type Me = Schemas["Me"];
export type Priority = NonNullable<Ticket["priority"]>;
export type Role = User["role"];
export type Setting = Schemas["Setting"];
export type SettingIn = Schemas["SettingIn"];
export type Sla = NonNullable<Ticket["sla"]>;
export type Suggestion = Schemas["Suggestion"];
export type Ticket = Schemas["Ticket"];
export type TicketIn = Schemas["TicketIn"];
export type TicketPatch = Schemas["TicketPatch"];
export type TicketQuery = NonNullable<operations["list_tickets"]["parameters"]["query"]>;
export type TicketSource = NonNullable<TicketIn["source"]>;
export type TicketStatus = Ticket["status"];
export type TicketWithHistory = Schemas["TicketWithHistory"];
export type User = Schemas["User"];
export type UserIn = Schemas["UserIn"];
export type UserPatch = Schemas["UserPatch"];
export type { Language };

/** One summand of a ticket's score, with its reason in each language. */
export interface Factor {
  name: string;
  points: number;
  why: Record<string, string>;
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

type Id<Name extends string> = { path: Record<Name, string> };

interface Pending {
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
}

export const api = client as unknown as Client<paths & Pending>;
