import { Badge, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLiveState } from "./useLive";

const COLORS = { live: "teal", connecting: "gray", reconnecting: "yellow", offline: "red" };

/** A dot while everything is current, a word while it is not. */
export function LiveBadge() {
  const { t } = useTranslation("shell");
  const state = useLiveState();
  return (
    <Tooltip label={t(`live.${state}Why`)} multiline maw={260}>
      <Badge variant="dot" size="sm" color={COLORS[state]} tt="none" fw={500} role="status">
        {t(`live.${state}`)}
      </Badge>
    </Tooltip>
  );
}
