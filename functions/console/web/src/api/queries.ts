import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

/** Keys of what the query cache holds. A feed event finds what it changes by the first part. */
export const keys = {
  conversations: ["conversations"] as const,
  counts: ["counts"] as const,
  spotlight: ["spotlight"] as const,
  conversation: (id: string) => ["conversation", id] as const,
  messages: (id: string) => ["messages", id] as const,
  templates: (account: string) => ["templates", account] as const,
  history: (id: string) => ["history", id] as const,
  ledger: (id: string) => ["ledger", id] as const,
  agents: ["agents"] as const,
  branches: ["branches"] as const,
  departments: ["departments"] as const,
  dashboard: ["dashboard"] as const,
  tickets: ["tickets"] as const,
  ticket: (id: string) => ["ticket", id] as const,
  articles: ["articles"] as const,
  products: ["products"] as const,
  churn: ["churn"] as const,
  reports: ["reports"] as const,
  quotes: ["quotes"] as const,
  quote: (id: string) => ["quote", id] as const,
  orders: ["orders"] as const,
  order: (id: string) => ["order", id] as const,
  users: ["users"] as const,
  apiKeys: ["keys"] as const,
  settings: ["settings"] as const,
  audit: ["audit"] as const,
  notifications: ["notifications"] as const,
  alerts: ["alerts"] as const,
  social: ["social"] as const,
};

/** The cache of what the server said. The feed keeps it current, so little is fetched again by itself. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => error instanceof ApiProblem && error.passing && failures < 3,
      },
      mutations: { retry: false },
    },
  });
}
