import { Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sla } from "../api/desk";
import { useFormats } from "../page/formats";
import { duration } from "../time/intl";
import { useNow } from "../time/useNow";

const SOON_MS = 15 * 60_000;

/** How long until a promise of the desk is due, or since when it is broken. */
export function SlaClock({ sla, named }: { sla: Sla; named?: boolean }) {
  const { t } = useTranslation("tickets");
  const { dateTime } = useFormats();
  const now = useNow();
  const left = Date.parse(sla.due_at) - now;
  const kind = t(`sla.${sla.kind}`);
  const words = left < 0 ? t("sla.over", { time: minutes(-left) }) : t("sla.left", { time: minutes(left) });
  return (
    <Tooltip label={`${kind}: ${dateTime(sla.due_at)}`}>
      <Text
        span
        size="xs"
        fw={left < SOON_MS ? 600 : undefined}
        c={left < 0 ? "var(--mantine-color-error)" : left < SOON_MS ? "orange" : "dimmed"}
        style={{ whiteSpace: "nowrap" }}
      >
        {named === true ? `${kind}: ${words}` : words}
      </Text>
    </Tooltip>
  );
}

function minutes(ms: number): string {
  return duration(Math.max(60_000, Math.floor(ms / 60_000) * 60_000));
}
