import { Text, Tooltip } from "@mantine/core";
import { IconHourglassHigh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { duration } from "../../time/intl";
import { useNow } from "../../time/useNow";
import classes from "../Inbox.module.css";

const SOON_MS = 60 * 60_000;

/** How long one may still write freely: WhatsApp's 24 hours since the customer's last message. */
export function WindowClock({ until }: { until: string }) {
  const { t } = useTranslation("inbox");
  const now = useNow("second");
  const left = Date.parse(until) - now;
  const color = left <= 0 ? "error" : left < SOON_MS ? "orange" : "dimmed";
  return (
    <Tooltip label={t("composer.windowWhy")} multiline maw={280}>
      <Text size="xs" c={color} className={classes.window}>
        <IconHourglassHigh size={13} aria-hidden />{" "}
        {left <= 0 ? t("composer.windowOver") : t("composer.window", { time: duration(coarse(left)) })}
      </Text>
    </Tooltip>
  );
}

/** Seconds matter only at the end. */
function coarse(left: number): number {
  return left < SOON_MS ? left : Math.floor(left / 60_000) * 60_000;
}
