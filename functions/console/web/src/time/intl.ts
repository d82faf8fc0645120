/** Times for people, by Intl: in the browser's zone unless a branch's zone is named. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // Making a formatter costs more than formatting a thousand times.
  const key = language + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, made);
  return made;
}

/** 14:05 */
export function clockTime(at: string | number, language: string, timeZone?: string): string {
  return format(language, { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(at));
}

/** 21 nov 2026, 14:05 */
export function dateTime(at: string | number, language: string, timeZone?: string): string {
  return format(language, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(at));
}

/** Today, yesterday, the weekday of the last days, the date before. */
export function dayName(at: string | number, now: number, language: string, timeZone?: string): string {
  const days = daysBetween(at, now, timeZone);
  if (days <= 1)
    return capital(new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day"));
  if (days < 7) return capital(format(language, { weekday: "long", timeZone }).format(new Date(at)));
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(language, {
    day: "numeric",
    month: "long",
    year: sameYear ? undefined : "numeric",
    timeZone,
  }).format(new Date(at));
}

/** The same text for every instant of one day in the zone. */
export function dayOf(at: string | number, timeZone?: string): string {
  return format("en-CA", { dateStyle: "short", timeZone }).format(new Date(at));
}

function daysBetween(at: string | number, now: number, timeZone?: string): number {
  return Math.round((Date.parse(dayOf(now, timeZone)) - Date.parse(dayOf(at, timeZone))) / DAY);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** "3 min ago", "in 2 h": the largest unit only. */
export function relative(at: string | number, now: number, language: string): string {
  const off = new Date(at).getTime() - now;
  const size = Math.abs(off);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
  if (size < MINUTE) return words.format(0, "second");
  if (size < HOUR) return words.format(Math.trunc(off / MINUTE), "minute");
  if (size < DAY) return words.format(Math.trunc(off / HOUR), "hour");
  return words.format(Math.trunc(off / DAY), "day");
}

/** As short as a list allows: the time of today, the weekday of this week, the date of earlier. */
export function listTime(at: string | number, now: number, language: string, timeZone?: string): string {
  const days = daysBetween(at, now, timeZone);
  if (days <= 0) return clockTime(at, language, timeZone);
  if (days < 7) return format(language, { weekday: "short", timeZone }).format(new Date(at));
  return format(language, { day: "numeric", month: "short", timeZone }).format(new Date(at));
}

/** A length of time in its two largest units: "4 min 12 s", "23 h 5 min", "2 d 3 h". */
export function duration(ms: number): string {
  const left = Math.max(0, ms);
  const parts: [number, string][] = [
    [Math.floor(left / DAY), "d"],
    [Math.floor((left % DAY) / HOUR), "h"],
    [Math.floor((left % HOUR) / MINUTE), "min"],
    [Math.floor((left % MINUTE) / 1000), "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${String(amount)} ${unit}`)
    .join(" ");
}

/** A countdown: 4:07, 1:02:09. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : String(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${String(hours)}:${rest}` : rest;
}
