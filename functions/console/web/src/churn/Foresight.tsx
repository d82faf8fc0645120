import { Badge, Group, Paper, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconChartDots } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../page/formats";
import { Empty, FailedToLoad } from "../shell/states";
import classes from "./Churn.module.css";
import { type ChurnModel, useChurnModel } from "./queries";
import { ScorecardNote } from "./Risks";

/** What foresees, how it was validated, and how right it has been. */
export function Foresight() {
  const { t } = useTranslation("churn");
  const { data, error, refetch } = useChurnModel();
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={280} aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <Stack gap="lg" maw={860}>
      {data.serving === "scorecard" && <ScorecardNote />}
      <Facts model={data} />
      <Outcomes model={data} />
      <Drift drift={data.drift} />
      <Block title={t("model.trainings")}>
        <Trainings models={data.models} />
      </Block>
    </Stack>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} fz={15} mb={8}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Facts({ model }: { model: ChurnModel }) {
  const { t } = useTranslation("churn");
  const { number, day } = useFormats();
  const facts: [string, string][] = [
    [t("model.serving"), t(`model.kinds.${model.serving}`)],
    [t("model.day"), model.day === null ? "–" : day(`${model.day}T12:00:00`)],
    [t("model.scored"), number(model.scored)],
    [t("model.learning"), model.learning === null ? "–" : t(`model.learned.${model.learning}`)],
  ];
  return (
    <Group gap="sm" align="stretch">
      {facts.map(([name, value]) => (
        <Paper key={name} withBorder p="sm" flex="1 1 170px">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fw={600}>{value}</Text>
        </Paper>
      ))}
    </Group>
  );
}

function Outcomes({ model }: { model: ChurnModel }) {
  const { t } = useTranslation("churn");
  const { number, decimal } = useFormats();
  const judged = model.outcomes.reduce((sum, each) => sum + each.judged, 0);
  return (
    <Block title={t("model.outcomes")}>
      {judged === 0 ? (
        <Text size="sm" c="dimmed">
          {t("model.outcomesNone")}
        </Text>
      ) : (
        <div className={classes.table}>
          <Table verticalSpacing={7} horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                {["level", "judged", "expected", "left"].map((column) => (
                  <Table.Th key={column} fz="xs" c="dimmed" fw={550}>
                    {t(`model.columns.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {model.outcomes.map((each) => (
                <Table.Tr key={each.level}>
                  <Table.Td>{t(`levels.${each.level}`)}</Table.Td>
                  <Table.Td>{number(each.judged)}</Table.Td>
                  <Table.Td>{decimal(each.expected)}</Table.Td>
                  <Table.Td>{number(each.left)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {model.plans.judged > 0 && (
        <Text size="sm" mt={8}>
          {t("model.plans", {
            judged: number(model.plans.judged),
            expected: decimal(model.plans.expected),
            left: number(model.plans.left),
          })}
        </Text>
      )}
    </Block>
  );
}

function Drift({ drift }: { drift: ChurnModel["drift"] }) {
  const { t } = useTranslation("churn");
  const { percent } = useFormats();
  if (drift === null) return null;
  const names = (drift.drifted as string[]).map((name) => t(`factors.${name}`)).join(", ");
  const before = percent(Number(drift.training_probability));
  const now = percent(Number(drift.mean_probability));
  return (
    <Block title={t("model.drift")}>
      <Text size="sm">
        {drift.retrain !== true && t("model.driftNone")}
        {drift.retrain === true && names !== "" && t("model.driftSome", { names })}
        {drift.retrain === true && names === "" && t("model.driftMoved", { before, now })}
      </Text>
    </Block>
  );
}

const FIGURES = ["auc", "brier", "lift_top10", "calibration_error"];

function Trainings({ models }: { models: ChurnModel["models"] }) {
  const { t } = useTranslation("churn");
  const { day, language } = useFormats();
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  if (models.length === 0) {
    return (
      <Empty
        icon={<IconChartDots size={22} aria-hidden />}
        title={t("model.trainingsNone")}
        hint={t("model.trainingsHint")}
      />
    );
  }
  return (
    <div className={classes.table}>
      <Table verticalSpacing={7} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            {["at", "kind", "state", ...FIGURES].map((column) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550} style={{ whiteSpace: "nowrap" }}>
                {t(`model.columns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((model) => (
            <Table.Tr key={model.id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{day(model.trained_at)}</Table.Td>
              <Table.Td>{t(`model.kinds.${model.kind}`)}</Table.Td>
              <Table.Td>
                <Badge
                  className={classes.badge}
                  variant="light"
                  color={model.state === "serving" ? "teal" : "gray"}
                  tt="none"
                >
                  {t(`model.states.${model.state}`)}
                </Badge>
              </Table.Td>
              {FIGURES.map((name) => (
                <Table.Td key={name}>{figure.format(Number(model.figures[name]))}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
