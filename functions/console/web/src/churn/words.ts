import type { TFunction } from "i18next";
import type { Formats } from "../page/formats";
import type { Factor, Level } from "./queries";

export const LEVEL_COLORS: Record<Level, string> = {
  critical: "red",
  high: "orange",
  medium: "yellow",
  low: "teal",
};

export const STANDING_COLORS: Record<string, string> = {
  excellent: "teal",
  good: "green",
  fair: "yellow",
  at_risk: "orange",
  critical: "red",
};

/** A ticket of these does not go on. */
export const FINISHED = new Set(["resolved", "closed"]);

/** A fact of a customer in words: "Days since the last contact: 72". */
export function factText(factor: Factor, t: TFunction<"churn">, formats: Formats): string {
  const name = t(`factors.${factor.name}`);
  return factor.value === null ? t("unknown", { name }) : `${name}: ${formats.decimal(factor.value)}`;
}

/** What speaks loudest for leaving; null where nothing does. */
export function mainReason(factors: Factor[]): Factor | null {
  return factors.find((factor) => factor.contribution > 0) ?? null;
}

/** The longest bar of these is full. */
export function barWidth(factor: Factor, factors: Factor[]): number {
  const longest = Math.max(...factors.map(({ contribution }) => Math.abs(contribution)), 0.0001);
  return (100 * Math.abs(factor.contribution)) / longest;
}
