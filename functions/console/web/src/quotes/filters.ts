import { useSearchParams } from "react-router";

const NAMES = ["status", "branch_id", "agent_id"] as const;
export type FilterName = (typeof NAMES)[number];

/** What is looked for, kept in the address so that a list can be linked to and gone back to. */
export function useSaleFilters() {
  const [parameters, setParameters] = useSearchParams();
  const chosen = Object.fromEntries(
    NAMES.map((name) => [name, parameters.get(name)]).filter(([, value]) => value !== null),
  ) as Partial<Record<FilterName, string>>;

  function choose(name: FilterName, value: string | null) {
    setParameters(
      (now) => {
        if (value === null) now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  }

  return { chosen, choose, clear: () => setParameters({}, { replace: true }) };
}
