/** Where one goes to see what an alert is about; nowhere when there is no page of it. */
export function placeOfSubject(
  context: Record<string, unknown>,
): { name: "conversation" | "ticket" | "product"; to: string } | null {
  const id = (name: string) => (typeof context[name] === "string" ? context[name] : null);
  const [conversation, ticket, product] = [id("conversation_id"), id("ticket_id"), id("product_id")];
  if (conversation !== null) return { name: "conversation", to: `/inbox/${conversation}?box=all` };
  if (ticket !== null) return { name: "ticket", to: `/tickets/${ticket}` };
  return product === null ? null : { name: "product", to: `/products/${product}` };
}

export type TimeUnit = "minutes" | "hours" | "days";
export interface Stretch {
  count: number;
  unit: TimeUnit;
}

const MINUTES: Record<TimeUnit, number> = { minutes: 1, hours: 60, days: 1440 };

/** Minutes in the largest unit that divides them. */
export function unitsOf(minutes: number): Stretch {
  const unit = (["days", "hours"] as const).find((each) => minutes % MINUTES[each] === 0) ?? "minutes";
  return { count: minutes / MINUTES[unit], unit };
}

export function inMinutes(count: number, unit: TimeUnit): number {
  return count * MINUTES[unit];
}

export function minutesOf({ count, unit }: Stretch): number {
  return inMinutes(count, unit);
}
