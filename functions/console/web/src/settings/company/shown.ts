import { useTranslation } from "react-i18next";
import { regional, useFormats } from "../../page/formats";

/** A setting's value in a few words. */
export function useShownValue(): (value: unknown) => string {
  const { t } = useTranslation("settings");
  const { language } = useFormats();
  return (value) => {
    if (value === null) return t("history.byDefault");
    if (typeof value === "number") return value.toLocaleString(regional(language));
    return typeof value === "object" ? t("rows", { count: leavesIn(value) }) : String(value);
  };
}

function leavesIn(value: unknown): number {
  if (value === null || typeof value !== "object") return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + leavesIn(each), 0);
}
