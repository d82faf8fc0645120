import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Priority, TicketStatus } from "../api/desk";
import classes from "./Tickets.module.css";
import { PRIORITY_COLORS, STATUS_COLORS } from "./words";

export function StatusBadge({ status }: { status: TicketStatus }) {
  const { t } = useTranslation("tickets");
  return (
    <Badge className={classes.badge} variant="dot" color={STATUS_COLORS[status]} tt="none" fw={500}>
      {t(`statuses.${status}`)}
    </Badge>
  );
}

export function PriorityBadge({ priority, score }: { priority: Priority | null; score?: number | null }) {
  const { t } = useTranslation("tickets");
  if (priority === null) return null;
  return (
    <Badge className={classes.badge} variant="light" color={PRIORITY_COLORS[priority]} tt="none" fw={600}>
      {t(`priorities.${priority}`)}
      {typeof score === "number" && ` ${String(score)}`}
    </Badge>
  );
}
