import type { ReportIn, ReportKind } from "./queries";

/** A length of the calendar, or days of one's own. */
export type Scale = NonNullable<ReportIn["scale"]>;
export type Span = Scale | "days";

/** A report that comes by itself once its days are over. */
export interface Subscription {
  kind: ReportKind;
  scale: Scale;
  language: "es" | "en";
  recipients: string[];
  filters: object;
}

export interface Values {
  kind: ReportKind;
  scale: Span;
  first: string;
  last: string;
  branch: string | null;
  categories: string[];
  language: "es" | "en";
  recipients: string[];
}

const OWN: Partial<Record<ReportKind, Scale>> = { daily: "day", weekly: "week", monthly: "month" };

/** The spans a kind of report can have, the usual one first. */
export function scalesOf(kind: ReportKind): [Span, ...Span[]] {
  const own = OWN[kind];
  if (own !== undefined) return [own];
  return kind === "custom"
    ? ["days", "week", "month", "quarter", "year"]
    : ["week", "month", "quarter", "year", "days"];
}

/** The lengths of the calendar after which a kind of report can come by itself, the usual one first. */
export function scheduledScalesOf(kind: ReportKind): [Scale, ...Scale[]] {
  const own = OWN[kind];
  return own === undefined ? ["week", "month", "quarter", "year", "day"] : [own];
}

/** What is missing or wrong, by field. */
export function faultsOf(
  values: Values,
  needed: string,
  order: string,
): Partial<Record<keyof Values, string>> {
  const faults: Partial<Record<keyof Values, string>> = {};
  if (values.kind === "problem" && values.categories.length === 0) faults.categories = needed;
  if (values.scale !== "days") return faults;
  if (values.first === "") faults.first = needed;
  if (values.last === "") faults.last = needed;
  else if (values.last < values.first) faults.last = order;
  return faults;
}

/** What the API is asked. */
export function bodyOf({
  kind,
  scale,
  first,
  last,
  branch,
  categories,
  language,
  recipients,
}: Values): ReportIn {
  return {
    kind,
    language,
    ...(scale === "days" ? { first, last } : { scale, ...(first !== "" && { first }) }),
    ...(branch !== null && { branch }),
    ...(categories.length > 0 && { filters: { categories } }),
    recipients,
  };
}
