import { IconAlertCircle, IconCheck, IconChecks, IconClock, IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../Inbox.module.css";

const ICONS = {
  queued: IconClock,
  sending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
  unknown: IconHelpCircle,
  cancelled: IconAlertCircle,
};

/** How far a message has come, as the customer's own telephone would show it. */
export function Ticks({ status }: { status: string | null }) {
  const { t } = useTranslation("inbox");
  if (status === null || !(status in ICONS)) return null;
  const Icon = ICONS[status as keyof typeof ICONS];
  return (
    <span className={classes.ticks} data-status={status} title={t(`status.${status}`)}>
      <Icon size={14} stroke={2} role="img" aria-label={t(`status.${status}`)} />
    </span>
  );
}
