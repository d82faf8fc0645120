import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { countdown, dateTime, duration, relative } from "./intl";
import { useNow } from "./useNow";

/** "3 min ago", kept current; the exact time on hover. */
export function RelativeTime({ at, timeZone }: { at: string; timeZone?: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <Tooltip label={dateTime(at, i18n.language, timeZone)}>
      <time dateTime={at}>{relative(at, now, i18n.language)}</time>
    </Tooltip>
  );
}

/** How long ago something began, growing: "4 min 12 s". */
export function Elapsed({ since }: { since: string }) {
  const now = useNow("second");
  return <time dateTime={since}>{duration(now - Date.parse(since))}</time>;
}

/** What is left until then, falling to 0:00. Silent to screen readers, which would read every second of it. */
export function Countdown({ until }: { until: string }) {
  const now = useNow("second");
  return (
    <span role="timer" aria-live="off">
      {countdown(Date.parse(until) - now)}
    </span>
  );
}
