import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Box } from "../api/contract";
import { useMe } from "../session/session";
import type { Filters } from "./lists";

const BOXES: Box[] = ["mine", "unassigned", "bot", "waiting", "all", "closed"];

/** What the list shows, as the address says it, and how to change that. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const { me } = useMe();
  const first: Box = me.agent === null ? "all" : "mine";

  const filters = useMemo<Filters>(() => {
    const box = params.get("box") as Box | null;
    return {
      box: box !== null && BOXES.includes(box) ? box : first,
      branch: params.get("branch"),
      channel: params.get("channel"),
      priority: params.get("priority"),
      q: params.get("q") ?? "",
    };
  }, [params, first]);

  const change = useCallback(
    (wanted: Partial<Filters>) =>
      setParams(
        (now) => {
          const next = new URLSearchParams(now);
          for (const [name, value] of Object.entries(wanted))
            if (value === null || value === "") next.delete(name);
            else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [filters, change];
}
