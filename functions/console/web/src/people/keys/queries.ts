import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { ApiKey } from "../../api/desk";
import { keys } from "../../api/queries";

export function useKeys() {
  return useQuery({ queryKey: keys.apiKeys, queryFn: everyKey });
}

async function everyKey(): Promise<ApiKey[]> {
  const found: ApiKey[] = [];
  let cursor: string | undefined;
  do {
    const page = await answer(api.GET("/api/auth/keys", { params: { query: { limit: 100, cursor } } }));
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export function createKey(body: { name: string; scopes: string[]; expires_at: string | null }) {
  return answer(api.POST("/api/auth/keys", { body }));
}

export function revokeKey(prefix: string) {
  return answer(api.DELETE("/api/auth/keys/{prefix}", { params: { path: { prefix } } }));
}
