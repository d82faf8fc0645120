/** Days of a calendar, in the browser's zone. */

/** Midnight of the Monday on or before a day. */
export function mondayOf(day: Date): Date {
  const start = new Date(day.getFullYear(), day.getMonth(), day.getDate());
  start.setDate(start.getDate() - ((start.getDay() + 6) % 7));
  return start;
}

export function plusDays(day: Date, days: number): Date {
  const later = new Date(day);
  later.setDate(later.getDate() + days);
  return later;
}

/** Whole weeks from Monday on that show a month: the days of each. */
export function weeksOf(month: Date): Date[][] {
  const first = mondayOf(new Date(month.getFullYear(), month.getMonth(), 1));
  const next = new Date(month.getFullYear(), month.getMonth() + 1, 1);
  const weeks = [];
  for (let monday = first; monday < next; monday = plusDays(monday, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, days) => plusDays(monday, days)));
  }
  return weeks;
}

/** The same for every instant of one day. */
export function dayKey(at: Date | string): string {
  const day = new Date(at);
  return `${day.getFullYear().toString()}-${day.getMonth().toString()}-${day.getDate().toString()}`;
}

/** What an input of type datetime-local holds. */
export function localInput(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The next full hour. */
export function nextHour(now: Date): Date {
  const hour = new Date(now);
  hour.setHours(hour.getHours() + 1, 0, 0, 0);
  return hour;
}
