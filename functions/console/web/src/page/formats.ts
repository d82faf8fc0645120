import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { clockTime, dateTime } from "../time/intl";

/** How figures and instants are written in the language of the screen. */
export function useFormats() {
  const { i18n } = useTranslation();
  return useMemo(() => formatsOf(i18n.language), [i18n.language]);
}

export type Formats = ReturnType<typeof formatsOf>;

/**
 * The language as its reader's country writes figures: 37,800 in Mexico is 37.800 in Spain. Where the browser does not say,
 * Spanish is Mexico's.
 */
export function regional(language: string, spoken: readonly string[] = navigator.languages): string {
  const own = spoken.find((tag) => tag.startsWith(`${language}-`));
  return own ?? (language === "es" ? "es-MX" : language);
}

function formatsOf(language: string) {
  const number = new Intl.NumberFormat(regional(language));
  const decimal = new Intl.NumberFormat(regional(language), { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return {
    language,
    number: (value: number) => number.format(value),
    decimal: (value: number) => decimal.format(value),
    percent: (share: number) => percent.format(share),
    day: (at: string) => day.format(new Date(at)),
    time: (at: string | number) => clockTime(at, language),
    dateTime: (at: string) => dateTime(at, language),
  };
}
