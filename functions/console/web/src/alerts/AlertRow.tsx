import { Badge, Button, Group, Text, ThemeIcon } from "@mantine/core";
import { IconArrowUpRight, IconCheck, IconEye, IconMoonStars, IconTrendingUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFormats } from "../page/formats";
import { useMe } from "../session/session";
import { RelativeTime } from "../time/Times";
import classes from "./Alerts.module.css";
import { placeOfSubject } from "./places";
import type { Alert } from "./queries";
import { SettleDialog } from "./SettleDialog";
import { COLORS, ICONS } from "./severities";

/** An alert: what is wrong with which numbers, who looks after it, and what one can do. */
export function AlertRow({ alert, look }: { alert: Alert; look: () => void }) {
  const { t } = useTranslation("alerts");
  const Icon = ICONS[alert.severity];
  return (
    <li className={classes.alert} data-severity={alert.severity}>
      <ThemeIcon
        className={classes.icon}
        variant="light"
        color={COLORS[alert.severity]}
        radius="xl"
        size="lg"
      >
        <Icon size={18} aria-hidden />
      </ThemeIcon>
      <div>
        <Group gap={8}>
          <button type="button" className={classes.title} onClick={look}>
            {alert.title}
          </button>
          <Badge variant="light" color={COLORS[alert.severity]} tt="none" fw={550}>
            {t(`severities.${alert.severity}`)}
          </Badge>
          {alert.state === "acknowledged" && (
            <Badge variant="light" color="teal" tt="none" fw={550}>
              {t("states.acknowledged")}
            </Badge>
          )}
        </Group>
        <Text size="sm" className={classes.text}>
          {alert.text}
        </Text>
        <Facts alert={alert} />
      </div>
      <Deeds alert={alert} />
    </li>
  );
}

function Facts({ alert }: { alert: Alert }) {
  const { t } = useTranslation("alerts");
  const { time } = useFormats();
  return (
    <div className={classes.facts}>
      <RelativeTime at={alert.raised_at} />
      {alert.branch_name !== null && <span>{alert.branch_name}</span>}
      {alert.worst !== alert.measured && <span>{t("worst", { value: alert.worst })}</span>}
      {alert.escalated_at !== null && (
        <Group gap={4} wrap="nowrap">
          <IconTrendingUp size={13} aria-hidden />
          {t("escalated")}
        </Group>
      )}
      {alert.quiet_until !== null && (
        <Group gap={4} wrap="nowrap">
          <IconMoonStars size={13} aria-hidden />
          {t("quietUntil", { time: time(alert.quiet_until) })}
        </Group>
      )}
      {alert.acknowledged_by !== null && <span>{t("lookedAfterBy", { name: alert.acknowledged_by })}</span>}
      {alert.resolved_at !== null && <span>{t("resolvedBy", { name: settledBy(alert, t("itself")) })}</span>}
      {alert.note !== null && <span>«{alert.note}»</span>}
    </div>
  );
}

function settledBy(alert: Alert, itself: string): string {
  return alert.resolved_by === null || alert.resolved_by === "alerts" ? itself : alert.resolved_by;
}

function Deeds({ alert }: { alert: Alert }) {
  const { t } = useTranslation("alerts");
  const { can } = useMe();
  const [verb, setVerb] = useState<"acknowledge" | "resolve" | null>(null);
  const place = placeOfSubject(alert.context);
  const settles = can("alerts:manage") && alert.state !== "resolved";
  return (
    <Group gap={6}>
      {place !== null && (
        <Button
          component={Link}
          to={place.to}
          size="compact-sm"
          variant="subtle"
          rightSection={<IconArrowUpRight size={14} aria-hidden />}
        >
          {t(`see.${place.name}`)}
        </Button>
      )}
      {settles && alert.state === "active" && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconEye size={14} aria-hidden />}
          aria-label={`${t("acknowledge")}: ${alert.title}`}
          onClick={() => setVerb("acknowledge")}
        >
          {t("acknowledge")}
        </Button>
      )}
      {settles && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCheck size={14} aria-hidden />}
          aria-label={`${t("resolve")}: ${alert.title}`}
          onClick={() => setVerb("resolve")}
        >
          {t("resolve")}
        </Button>
      )}
      {verb !== null && <SettleDialog alert={alert} verb={verb} close={() => setVerb(null)} />}
    </Group>
  );
}
