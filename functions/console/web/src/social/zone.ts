import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { clockTime, dateTime } from "../time/intl";
import { useZone } from "./queries";

/** Times as the company's plan tells them. */
export function usePlanTimes() {
  const { i18n } = useTranslation();
  const zone = useZone();
  return useMemo(
    () => ({
      zone,
      time: (at: string) => clockTime(at, i18n.language, zone),
      dateTime: (at: string) => dateTime(at, i18n.language, zone),
    }),
    [i18n.language, zone],
  );
}
