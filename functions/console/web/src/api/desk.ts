/** Tickets, articles, people and settings: what their routes take and answer. */
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
export type Account = Schemas["relevo__api__people_models__Account"];
export type Agent = Schemas["Agent"];
export type AgentIn = Schemas["AgentIn"];
export type ApiKey = Schemas["Key"];
export type Article = Schemas["Article"];
export type ArticleChange = Schemas["ArticleChange"];
export type ArticleIn = Schemas["ArticleIn"];
export type ArticleItem = Schemas["ArticleItem"];
export type ArticleLanguage = ArticleIn["language"];
export type ArticleQuery = NonNullable<operations["list_articles"]["parameters"]["query"]>;
export type ArticleStatus = ArticleItem["status"];
export type ArticleVersion = Schemas["ArticleVersion"];
export type AuditLine = Schemas["AuditLine"];
export type Branch = Schemas["relevo__api__people_models__Branch"];
export type BranchIn = Schemas["BranchIn"];
export type BranchPatch = Schemas["BranchPatch"];
export type Change = Schemas["Change"];
export type Dashboard = Schemas["Dashboard"];
export type Language = Me["language"];
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
export type Trial = Schemas["Trial"];
export type TrialIn = Schemas["TrialIn"];
export type User = Schemas["User"];
export type UserIn = Schemas["UserIn"];
export type UserPatch = Schemas["UserPatch"];

/** One summand of a ticket's score, with its reason in each language. */
export interface Factor {
  name: string;
  points: number;
  why: Record<string, string>;
}
