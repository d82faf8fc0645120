import {
  Alert,
  Badge,
  Button,
  Group,
  Progress,
  SegmentedControl,
  Skeleton,
  Stack,
  Table,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { IconHeartHandshake, IconInfoCircle, IconMoodSmile } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useFormats } from "../page/formats";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import classes from "./Churn.module.css";
import { CustomerDrawer } from "./CustomerDrawer";
import { PlanDialog } from "./PlanDialog";
import { type Level, LEVELS, type Risk, useLevels, useRisks } from "./queries";
import { factText, FINISHED, LEVEL_COLORS, mainReason, STANDING_COLORS } from "./words";

const THRESHOLDS = ["0.7", "0.5", "0.3", "0"];

/** Customers at risk by level, each with the loudest reason and what is done about it. */
export function Risks() {
  const { t } = useTranslation("churn");
  const [threshold, setThreshold] = useState("0.3");
  const [parameters, setParameters] = useSearchParams();
  const { data, error, refetch } = useLevels(Number(threshold));
  const open = parameters.get("customer");
  if (data === undefined) {
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  if (data.day === null) {
    return (
      <Empty
        icon={<IconHeartHandshake size={22} aria-hidden />}
        title={t("empty.never")}
        hint={t("empty.neverHint")}
      />
    );
  }
  const shown = data.levels.filter(({ count }) => count > 0);
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={t("threshold.label")}
          value={threshold}
          onChange={setThreshold}
          data={THRESHOLDS.map((value) => ({ value, label: t(`threshold.${value.replace(".", "_")}`) }))}
        />
        <Looked day={data.day} days={data.horizon_days} />
      </Group>
      {shown.length === 0 && (
        <Empty
          icon={<IconMoodSmile size={22} aria-hidden />}
          title={t("empty.none")}
          hint={t("empty.noneHint")}
        />
      )}
      {LEVELS.filter((level) => shown.some((each) => each.level === level)).map((level) => (
        <LevelSection
          key={level}
          level={level}
          count={shown.find((each) => each.level === level)?.count ?? 0}
          threshold={Number(threshold)}
          open={(customer) => setParameters({ customer })}
        />
      ))}
      <CustomerDrawer customer={open} close={() => setParameters({})} />
    </Stack>
  );
}

function Looked({ day, days }: { day: string; days: number }) {
  const { t } = useTranslation("churn");
  const { day: shown } = useFormats();
  return (
    <Text size="xs" c="dimmed">
      {t("looked", { day: shown(`${day}T12:00:00`), days })}
    </Text>
  );
}

interface SectionProps {
  level: Level;
  count: number;
  threshold: number;
  open: (customer: string) => void;
}

function LevelSection({ level, count, threshold, open }: SectionProps) {
  const { t } = useTranslation(["churn", "page"]);
  const { number } = useFormats();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRisks(level, threshold);
  return (
    <section aria-label={t(`levels.${level}`)}>
      <Group gap={8} mb={8}>
        <Badge color={LEVEL_COLORS[level]} variant="light" className={classes.badge} tt="none" fw={600}>
          {t(`levels.${level}`)}
        </Badge>
        <Text size="sm" c="dimmed">
          {t("people", { count, shown: number(count) })}
        </Text>
      </Group>
      {data === undefined ? (
        error === null ? (
          <Skeleton h={90} aria-hidden />
        ) : (
          <FailedToLoad error={error} retry={() => void refetch()} />
        )
      ) : (
        <RiskTable
          risks={data.pages.flatMap((page) => page.levels.flatMap((each) => each.customers))}
          open={open}
        />
      )}
      {hasNextPage && (
        <Button
          fullWidth
          mt={6}
          variant="subtle"
          size="xs"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("page:loadMore")}
        </Button>
      )}
    </section>
  );
}

function RiskTable({ risks, open }: { risks: Risk[]; open: (customer: string) => void }) {
  const { t } = useTranslation("churn");
  return (
    <div className={classes.table}>
      <Table
        verticalSpacing={9}
        horizontalSpacing="md"
        highlightOnHover
        layout="fixed"
        className={classes.grid}
      >
        <Table.Thead className={classes.head}>
          <Table.Tr>
            {["customer", "probability", "days", "reason", "health", "plan"].map((column) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550} data-column={column}>
                {t(`columns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {risks.map((risk) => (
            <Row key={risk.customer_id} risk={risk} open={() => open(risk.customer_id)} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ risk, open }: { risk: Risk; open: () => void }) {
  const { t } = useTranslation("churn");
  const formats = useFormats();
  const reason = mainReason(risk.factors);
  return (
    <Table.Tr>
      <Table.Td data-column="customer">
        <UnstyledButton onClick={open} className={classes.name}>
          <Text size="sm" fw={550} truncate>
            {risk.customer_name ?? t("nameless")}
          </Text>
        </UnstyledButton>
        {risk.tier !== "standard" && (
          <Text size="xs" c="dimmed">
            {t(`tiers.${risk.tier}`)}
          </Text>
        )}
      </Table.Td>
      <Table.Td data-column="probability" data-label={t("columns.probability")}>
        <Text size="sm" fw={600}>
          {formats.percent(risk.probability)}
        </Text>
        <Progress
          value={100 * risk.probability}
          size={5}
          color={`${LEVEL_COLORS[risk.level]}.6`}
          aria-hidden
        />
      </Table.Td>
      <Table.Td data-column="days" data-label={t("columns.days")}>
        <Text size="sm">
          {t("inDays", { count: risk.expected_days, shown: formats.number(risk.expected_days) })}
        </Text>
      </Table.Td>
      <Table.Td data-column="reason" data-label={t("columns.reason")}>
        <Text size="sm">{reason === null ? t("noReason") : factText(reason, t, formats)}</Text>
      </Table.Td>
      <Table.Td data-column="health" data-label={t("columns.health")}>
        <HealthBadge health={risk.health} />
      </Table.Td>
      <Table.Td data-column="plan">
        <PlanCell risk={risk} />
      </Table.Td>
    </Table.Tr>
  );
}

export function HealthBadge({ health }: { health: Risk["health"] }) {
  const { t } = useTranslation("churn");
  return (
    <Badge
      className={classes.badge}
      variant="dot"
      color={STANDING_COLORS[health.standing] ?? "gray"}
      tt="none"
      fw={500}
    >
      {health.score} · {t(`standings.${health.standing}`)}
    </Badge>
  );
}

export function PlanCell({ risk }: { risk: Risk }) {
  const { t } = useTranslation("churn");
  const { can } = useMe();
  const [starting, setStarting] = useState(false);
  const { plan } = risk;
  if (plan !== null && !FINISHED.has(plan.ticket_status)) {
    return (
      <Text component={Link} to={`/tickets/${plan.ticket_id}`} size="sm" className={classes.link}>
        {t("plan.running", { number: plan.ticket_number })}
      </Text>
    );
  }
  if (!can("analytics:manage")) {
    return (
      <Text size="sm" c="dimmed">
        {t("plan.none")}
      </Text>
    );
  }
  return (
    <>
      <Button size="compact-sm" variant="light" onClick={() => setStarting(true)}>
        {t("plan.start")}
      </Button>
      {starting && <PlanDialog risk={risk} close={() => setStarting(false)} />}
    </>
  );
}

function Skeletons() {
  return (
    <Stack gap={10} aria-hidden>
      <Skeleton h={30} w={320} />
      {Array.from({ length: 6 }, (_, place) => (
        <Skeleton key={place} h={52} />
      ))}
    </Stack>
  );
}

/** That the scorecard speaks, and what that means. */
export function ScorecardNote() {
  const { t } = useTranslation("churn");
  return (
    <Alert
      variant="light"
      color="blue"
      icon={<IconInfoCircle size={18} aria-hidden />}
      title={t("model.scorecardTitle")}
    >
      {t("model.scorecardHint")}
    </Alert>
  );
}
