import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { useMe } from "../session/session";

const HOUR = 3_600_000;

/** The agents the caller sees, as the server orders them. */
export function useAgents() {
  const { can } = useMe();
  return useQuery({
    queryKey: [...keys.agents, "all"],
    queryFn: () => answer(api.GET("/api/agents")),
    select: (answered) => answered.items,
    enabled: can("agents:read"),
  });
}

/** The agents who work for a branch; all of them where there is none. */
export function useAgentsOf(branch: string | null) {
  const { can } = useMe();
  return useQuery({
    queryKey: [...keys.agents, "of", branch],
    queryFn: () =>
      answer(api.GET("/api/agents", { params: { query: { ...(branch !== null && { branch }) } } })),
    select: (answered) => answered.items,
    enabled: can("agents:read"),
  });
}

/** The branches the caller sees, with their numbers. */
export function useBranches() {
  const { can } = useMe();
  return useQuery({
    queryKey: keys.branches,
    queryFn: () => answer(api.GET("/api/branches")),
    select: (answered) => answered.items,
    staleTime: HOUR,
    enabled: can("branches:read"),
  });
}

export function useDepartments() {
  const { can } = useMe();
  return useQuery({
    queryKey: keys.departments,
    queryFn: () => answer(api.GET("/api/departments")),
    select: (answered) => answered.items,
    staleTime: HOUR,
    enabled: can("agents:read"),
  });
}
