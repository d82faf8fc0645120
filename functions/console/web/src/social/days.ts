/** Days of a calendar and times somebody types, in a zone that need not be the browser's. */

import { dayOf } from "../time/intl";

const MINUTE = 60_000;

/** A day without a time: what a cell of the calendar is. */
export interface Day {
  year: number;
  /** From 0 on, as in Date. */
  month: number;
  day: number;
}

function plusDays({ year, month, day }: Day, days: number): Day {
  const later = new Date(Date.UTC(year, month, day + days));
  return { year: later.getUTCFullYear(), month: later.getUTCMonth(), day: later.getUTCDate() };
}

/** Noon of the day, for its name: an instant that is that day in UTC. */
export function noonOf({ year, month, day }: Day): Date {
  return new Date(Date.UTC(year, month, day, 12));
}

/** Whole weeks from Monday on that show a month: the days of each. */
export function weeksOf(year: number, month: number): Day[][] {
  const first = { year, month, day: 1 };
  const before = (noonOf(first).getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const weeks = Math.ceil((before + days) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_day, place) => plusDays(first, week * 7 + place - before)),
  );
}

/** The same for a cell and every instant of its day in the zone. */
export function dayKey(at: Day | string, zone?: string): string {
  return typeof at === "string" ? dayOf(at, zone) : dayOf(noonOf(at).toISOString(), "UTC");
}

/** The month an instant falls in. */
export function monthOf(at: Date, zone?: string): { year: number; month: number } {
  const [year = 0, month = 1] = localInput(at, zone).split("-").map(Number);
  return { year, month: month - 1 };
}

/** An instant as an input of type datetime-local holds it, by the zone's clock. */
export function localInput(at: Date, zone?: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The instant somebody typed by the zone's clock. */
export function instantOf(typed: string, zone?: string): Date {
  const wanted = Date.parse(`${typed}Z`);
  let at = wanted;
  // The zone's offset is that of the instant, which is what is looked for: twice is enough across a change of clocks.
  for (let round = 0; round < 2; round += 1) {
    at += wanted - Date.parse(`${localInput(new Date(at), zone)}Z`);
  }
  return new Date(at);
}

/** The next full hour, or half hour where a zone's hours are not ours. */
export function nextHour(now: Date): Date {
  return new Date(Math.ceil((now.getTime() + MINUTE) / (60 * MINUTE)) * 60 * MINUTE);
}
