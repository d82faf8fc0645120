import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How figures and times are written in a language; times in the browser's zone. */
export function formatsOf(language: string) {
  const number = new Intl.NumberFormat(language);
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const units = Object.fromEntries(
    UNITS.map(([unit]) => [
      unit,
      new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }),
    ]),
  );
  return {
    number: (value: number) => number.format(value),
    decimal: (value: number) => decimal.format(value),
    percent: (share: number) => percent.format(share),
    dateTime: (iso: string) => dateTime.format(new Date(iso)),
    date: (iso: string) => date.format(new Date(iso)),
    time: (iso: string) => time.format(new Date(iso)),
    /** A length of time in its two largest units: `2 h 5 min`. */
    span: (seconds: number) => spanned(seconds, (unit, value) => units[unit]?.format(value) ?? ""),
    /** When something was or will be, seen from `now`: `hace 5 min`. */
    ago: (iso: string, now: number) => seenFrom(relative, new Date(iso).getTime() - now),
  };
}

export type Formats = ReturnType<typeof formatsOf>;

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => formatsOf(i18n.language), [i18n.language]);
}

function spanned(seconds: number, write: (unit: string, value: number) => string): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const value = Math.floor(rest / length);
    rest -= value * length;
    if (value > 0) parts.push(write(unit, value));
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : write("second", 0);
}

function seenFrom(relative: Intl.RelativeTimeFormat, milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3];
  return unit === "second" ? relative.format(0, "second") : relative.format(Math.trunc(seconds / length), unit);
}
