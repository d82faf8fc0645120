import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Box } from "../api/contract";
import { useMe } from "../session/session";
import { PRIORITIES } from "../tickets/words";
import { CHANNELS, type Filters } from "./lists";

const BOXES: Box[] = ["mine", "unassigned", "bot", "waiting", "all", "closed"];

/** What the list shows, as the address says it, and how to change that. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const { me } = useMe();
  const first: Box = me.agent === null ? "all" : "mine";

  const filters = useMemo<Filters>(() => {
    return {
      box: oneOf(BOXES, params.get("box")) ?? first,
      branch: params.get("branch"),
      channel: oneOf(CHANNELS, params.get("channel")),
      priority: oneOf(PRIORITIES, params.get("priority")),
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

/** The value where it is one that is known: an address can say anything. */
function oneOf<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null;
}
