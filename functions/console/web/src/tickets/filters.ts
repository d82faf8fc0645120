import { useSearchParams } from "react-router";
import type { TicketQuery } from "../api/desk";

const NAMES = ["q", "status", "priority", "category", "source", "agent_id", "branch_id", "overdue"] as const;
export type FilterName = (typeof NAMES)[number];

/** What is looked for, kept in the address so that a list can be linked to and gone back to. */
export function useTicketFilters() {
  const [parameters, setParameters] = useSearchParams();
  const chosen = Object.fromEntries(
    NAMES.map((name) => [name, parameters.get(name)]).filter(([, value]) => value !== null),
  ) as Partial<Record<FilterName, string>>;

  function choose(name: FilterName, value: string | null) {
    setParameters(
      (now) => {
        if (value === null || value === "") now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  }

  const { overdue, ...named } = chosen;
  const query = { ...named, ...(overdue === undefined ? {} : { overdue: true }) } as TicketQuery;
  return { chosen, query, choose, clear: () => setParameters({}, { replace: true }) };
}
