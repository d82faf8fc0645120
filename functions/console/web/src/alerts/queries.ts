import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components, operations } from "../api/schema";
import { useFormats } from "../page/formats";

type Schemas = components["schemas"];
export type Alert = Schemas["Alert"];
export type AlertPage = Schemas["AlertPage"];
export type Severity = Alert["severity"];
export type Rule = Schemas["AlertRule"];
export type RuleIn = Schemas["AlertRuleIn"];
export type RulePatch = Schemas["AlertRulePatch"];
export type RuleFilters = Schemas["RuleFilters"];
export type Metric = Schemas["AlertMetric"];
export type Trial = Schemas["AlertTrial"];
export type Delivery = Schemas["AlertDelivery"];
export type DeliveryIn = Schemas["AlertDeliveryIn"];
export type Place = Schemas["AlertPlace"];
export type Target = Schemas["Target"];
export type AlertQuery = NonNullable<operations["list_alerts"]["parameters"]["query"]>;

const AGAIN_MS = 60_000;

/** Alerts, the newest first, page by page; the feed asks for them anew as they change. */
export function useAlertList(filters: AlertQuery) {
  const { language } = useFormats();
  return useInfiniteQuery({
    queryKey: [...keys.alerts, "list", filters, language],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/alerts", { params: { query: { ...filters, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

/** One alert with what became of it. */
export function useAlert(id: string) {
  const { language } = useFormats();
  return useQuery({
    queryKey: [...keys.alerts, "one", id, language],
    queryFn: () => answer(api.GET("/api/alerts/{alert_id}", { params: { path: { alert_id: id } } })),
  });
}

/** Says that one looks after an alert, or that it is settled. */
export function settle(alert: Alert, verb: "acknowledge" | "resolve", note: string): Promise<Alert> {
  const params = { path: { alert_id: alert.id } };
  const body = note.trim() === "" ? {} : { note: note.trim() };
  return verb === "acknowledge"
    ? answer(api.POST("/api/alerts/{alert_id}/acknowledge", { params, body }))
    : answer(api.POST("/api/alerts/{alert_id}/resolve", { params, body }));
}

export function useRules() {
  const { language } = useFormats();
  return useQuery({
    queryKey: [...keys.alerts, "rules", language],
    queryFn: () => answer(api.GET("/api/alerts/rules")),
    select: (answered) => answered.items,
    refetchInterval: AGAIN_MS,
  });
}

export function useMetrics() {
  const { language } = useFormats();
  return useQuery({
    queryKey: [...keys.alerts, "metrics", language],
    queryFn: () => answer(api.GET("/api/alerts/metrics")),
    select: (answered) => answered.items,
    staleTime: Infinity,
  });
}

/** What a rule would find now. */
export function useTry() {
  return useMutation({
    mutationFn: (body: RuleIn): Promise<Trial> => answer(api.POST("/api/alerts/rules/try", { body })),
  });
}

export function useDelivery() {
  return useQuery({
    queryKey: [...keys.alerts, "delivery"],
    queryFn: () => answer(api.GET("/api/alerts/delivery")),
  });
}
