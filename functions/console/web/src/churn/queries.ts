import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Risk = Schemas["CustomerRisk"];
export type RiskInFull = Schemas["CustomerRiskInFull"];
export type Level = Risk["level"];
export type Factor = Schemas["RiskFactor"];
export type ChurnModel = Schemas["ChurnModel"];

/** The worst first. */
export const LEVELS: Level[] = ["critical", "high", "medium", "low"];

/** How many customers of each level come with a page. */
const PAGE = 25;

/** How many customers there are at each level, and when they were looked at. */
export function useLevels(threshold: number) {
  return useQuery({
    queryKey: [...keys.churn, "levels", threshold],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/analytics/churn-risk", { params: { query: { threshold, limit: 1 } }, signal })),
  });
}

/** The customers of one level, the likeliest to leave first, a page at a time. */
export function useRisks(level: Level, threshold: number) {
  return useInfiniteQuery({
    queryKey: [...keys.churn, "list", level, threshold],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/analytics/churn-risk", {
          params: { query: { threshold, level, limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.levels[0]?.next ?? undefined,
  });
}

export function useRisk(customer: string) {
  return useQuery({
    queryKey: [...keys.churn, "customer", customer],
    queryFn: () =>
      answer(
        api.GET("/api/analytics/churn-risk/{customer_id}", { params: { path: { customer_id: customer } } }),
      ),
  });
}

export function useChurnModel() {
  return useQuery({
    queryKey: [...keys.churn, "model"],
    queryFn: ({ signal }) => answer(api.GET("/api/analytics/churn-model", { signal })),
  });
}

/** Starts a plan with these actions, or gives back the one that is being worked on. */
export function useStartPlan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ customer, actions }: { customer: string; actions: Schemas["RetentionPlan"]["actions"] }) =>
      answer(
        api.POST("/api/analytics/churn-risk/{customer_id}/retention-plan", {
          params: { path: { customer_id: customer } },
          body: { actions },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.churn }),
        queries.invalidateQueries({ queryKey: keys.tickets }),
      ]),
  });
}
