import { Group, Progress, Rating, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../api/desk";
import { useFormats } from "../page/formats";
import { duration } from "../time/intl";
import { AgentLoads } from "./AgentLoads";
import { Card } from "./Card";
import classes from "./Dashboard.module.css";
import { ChartSkeleton } from "./FigureSkeletons";
import { Problems } from "./Problems";
import { Ratings } from "./Ratings";
import { WaitingLongest } from "./WaitingLongest";

// The chart library is most of this screen's code: the figures do not wait for it.
const Volume = lazy(() => import("./Volume"));

export function Figures({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation("dashboard");
  const { formulas } = dashboard;
  return (
    <div className={classes.grid}>
      <Active active={dashboard.active} formula={formulas.active} />
      <Count
        title={t("resolvedLastHour")}
        value={dashboard.resolved_last_hour}
        formula={formulas.resolved_last_hour}
      />
      <Count
        title={t("escalatedLastHour")}
        value={dashboard.escalated_last_hour}
        formula={formulas.escalated_last_hour}
      />
      <BotRate bot={dashboard.bot} formula={formulas.bot} />
      <Timing
        title={t("firstResponse")}
        timing={dashboard.first_response}
        formula={formulas.first_response}
      />
      <Timing title={t("resolution")} timing={dashboard.resolution} formula={formulas.resolution} />
      <MeanRating ratings={dashboard.ratings} formula={formulas.ratings} />
      <Card title={t("hourly")} formula={formulas.hourly} span={8}>
        <Suspense fallback={<ChartSkeleton />}>
          <Volume hourly={dashboard.hourly} />
        </Suspense>
      </Card>
      <Card title={t("waiting")} formula={formulas.waiting} span={4}>
        <WaitingLongest waiting={dashboard.waiting} />
      </Card>
      <Card title={t("agents")} formula={formulas.agents} span={4}>
        <AgentLoads agents={dashboard.agents} />
      </Card>
      <Card title={t("problems")} formula={formulas.problems} span={4}>
        <Problems problems={dashboard.problems} />
      </Card>
      <Card title={t("ratings")} formula={formulas.ratings} span={4}>
        <Ratings ratings={dashboard.ratings} />
      </Card>
    </div>
  );
}

const HOLDERS = [
  ["bot", "grape.5"],
  ["queue", "yellow.5"],
  ["agents", "teal.6"],
] as const;

function Active({ active, formula }: { active: Dashboard["active"]; formula?: string }) {
  const { t } = useTranslation("dashboard");
  const { number } = useFormats();
  return (
    <Card title={t("active")} formula={formula} span={3}>
      <div className={classes.figure}>{number(active.total)}</div>
      <Progress.Root size={8} mt={8} mb={6} aria-hidden>
        {HOLDERS.map(([holder, color]) => (
          <Progress.Section
            key={holder}
            value={active.total === 0 ? 0 : (100 * active[holder]) / active.total}
            color={color}
          />
        ))}
      </Progress.Root>
      <Group gap="0 10px">
        {HOLDERS.map(([holder, color]) => (
          <Group key={holder} gap={5} wrap="nowrap">
            <span
              className={classes.dot}
              style={{ background: `var(--mantine-color-${color.replace(".", "-")})` }}
            />
            <Text size="xs">
              {t(`activeBy.${holder}`)} <b>{number(active[holder])}</b>
            </Text>
          </Group>
        ))}
      </Group>
    </Card>
  );
}

function Count({ title, value, formula }: { title: string; value: number; formula?: string }) {
  const { number } = useFormats();
  return (
    <Card title={title} formula={formula} span={3} small>
      <div className={classes.figure}>{number(value)}</div>
    </Card>
  );
}

function Timing({
  title,
  timing,
  formula,
}: {
  title: string;
  timing: Dashboard["resolution"];
  formula?: string;
}) {
  const { t } = useTranslation("dashboard");
  const known = timing.mean_seconds !== null;
  const details = [
    timing.p90_seconds === null ? null : t("p90", { span: duration(timing.p90_seconds * 1000) }),
    t("basis", { count: timing.count }),
  ];
  return (
    <Card title={title} formula={formula} span={4} small>
      <Group align="baseline" gap={6}>
        <div className={classes.figure}>{known ? duration((timing.mean_seconds ?? 0) * 1000) : "–"}</div>
        <Text size="xs" c="dimmed">
          {known ? t("mean") : t("none")}
        </Text>
      </Group>
      {known && (
        <Text size="xs" c="dimmed">
          {details.filter((detail) => detail !== null).join(" · ")}
        </Text>
      )}
    </Card>
  );
}

function BotRate({ bot, formula }: { bot: Dashboard["bot"]; formula?: string }) {
  const { t } = useTranslation("dashboard");
  const { number, percent } = useFormats();
  return (
    <Card title={t("botRate")} formula={formula} span={3}>
      <div className={classes.figure}>
        {bot.resolution_rate === null ? "–" : percent(bot.resolution_rate)}
      </div>
      <Progress value={100 * (bot.resolution_rate ?? 0)} size={8} mt={8} mb={6} color="grape.5" aria-hidden />
      <Text size="xs" c="dimmed">
        {t("botBasis", { answered: number(bot.answered), handedOver: number(bot.handed_over) })}
      </Text>
    </Card>
  );
}

function MeanRating({ ratings, formula }: { ratings: Dashboard["ratings"]; formula?: string }) {
  const { t } = useTranslation("dashboard");
  const { decimal } = useFormats();
  return (
    <Card title={t("meanRating")} formula={formula} span={4}>
      <Group gap="sm" align="center">
        <div className={classes.figure}>{ratings.mean === null ? "–" : decimal(ratings.mean)}</div>
        {ratings.mean !== null && (
          <Rating value={ratings.mean} fractions={4} readOnly size="sm" aria-hidden />
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {ratings.count === 0 ? t("none") : t("ratingsCount", { count: ratings.count })}
      </Text>
    </Card>
  );
}
