import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Report = Schemas["Report"];
export type ReportItem = Schemas["ReportItem"];
export type ReportIn = Schemas["ReportIn"];
export type ReportKind = ReportItem["kind"];
export type ReportFile = ReportItem["files"][number];
export type Document = NonNullable<Report["document"]>;
export type Figure = Document["groups"][number]["figures"][number];
export type Chart = Document["charts"][number];
export type Insight = Document["insights"][number];

export const KINDS: ReportKind[] = [
  "daily",
  "weekly",
  "monthly",
  "executive",
  "satisfaction",
  "problem",
  "custom",
];

/** How often a report that is being made is asked how far it is. */
const AGAIN_MS = 1500;

export function isGoingOn(report: Pick<ReportItem, "state">): boolean {
  return report.state === "queued" || report.state === "running";
}

export function useReports(kind: ReportKind | null) {
  return useInfiniteQuery({
    queryKey: [...keys.reports, "list", kind],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/reports", {
          params: { query: { cursor: pageParam, ...(kind !== null && { kind }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isGoingOn)) === true && AGAIN_MS,
  });
}

export function useReport(id: string) {
  return useQuery({
    queryKey: [...keys.reports, id],
    queryFn: () => answer(api.GET("/api/reports/{report_id}", { params: { path: { report_id: id } } })),
    refetchInterval: ({ state }) => state.data !== undefined && isGoingOn(state.data) && AGAIN_MS,
  });
}

export function useRequestReport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ReportIn) => answer(api.POST("/api/reports", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.reports }),
  });
}

/** Opens a file by a link that works for some minutes. */
export async function openFile(id: string, name: ReportFile): Promise<void> {
  // Opened before the answer, or the browser takes it for a pop-up nobody asked for.
  const tab = name === "pdf" || name === "html" ? window.open("", "_blank") : null;
  try {
    const { url } = await answer(
      api.GET("/api/reports/{report_id}/files/{name}", { params: { path: { report_id: id, name } } }),
    );
    (tab ?? window).location.href = url;
  } catch (error) {
    tab?.close();
    throw error;
  }
}
