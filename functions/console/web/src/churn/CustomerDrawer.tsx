import { Badge, Drawer, Group, Progress, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFormats } from "../page/formats";
import { money } from "../products/money";
import { FailedToLoad } from "../shell/states";
import classes from "./Churn.module.css";
import { type Factor, type RiskInFull, useRisk } from "./queries";
import { HealthBadge, PlanCell } from "./Risks";
import { barWidth, factText, FINISHED, LEVEL_COLORS } from "./words";

/** Everything that is known of a customer's risk, beside the list. */
export function CustomerDrawer({ customer, close }: { customer: string | null; close: () => void }) {
  const { t } = useTranslation(["churn", "shell"]);
  return (
    <Drawer
      opened={customer !== null}
      onClose={close}
      position="right"
      size="md"
      title={t("drawer.title")}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      {customer !== null && <Known customer={customer} />}
    </Drawer>
  );
}

function Known({ customer }: { customer: string }) {
  const { data, error, refetch } = useRisk(customer);
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={320} aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <Stack gap="lg">
      <Summary found={data} />
      <Reasons factors={data.risk.factors} />
      <HealthParts health={data.risk.health} />
      <Actions found={data} />
      <Past found={data} />
    </Stack>
  );
}

function Summary({ found: { risk } }: { found: RiskInFull }) {
  const { t } = useTranslation("churn");
  const { percent, number } = useFormats();
  return (
    <div>
      <Title order={2} fz={18}>
        {risk.customer_name ?? t("nameless")}
      </Title>
      <Group gap={8} mt={6}>
        <Badge color={LEVEL_COLORS[risk.level]} variant="light" className={classes.badge} tt="none" fw={600}>
          {percent(risk.probability)} · {t(`levels.${risk.level}`)}
        </Badge>
        <HealthBadge health={risk.health} />
      </Group>
      <Text size="sm" mt={8}>
        {t("drawer.expected", { count: risk.expected_days, shown: number(risk.expected_days) })}{" "}
        {t("drawer.confidence", { share: percent(risk.confidence) })}
      </Text>
    </div>
  );
}

function Reasons({ factors }: { factors: Factor[] }) {
  const { t } = useTranslation("churn");
  const formats = useFormats();
  return (
    <section aria-label={t("drawer.why")}>
      <Title order={3} fz={14} mb={8}>
        {t("drawer.why")}
      </Title>
      {factors.length === 0 && <Text size="sm">{t("noReason")}</Text>}
      <Stack gap={10}>
        {factors.map((factor) => (
          <div key={factor.name}>
            <Group justify="space-between" gap={8} wrap="nowrap">
              <Text size="sm">{factText(factor, t, formats)}</Text>
              <Text size="xs" c="dimmed" className={classes.way}>
                {t(factor.contribution > 0 ? "drawer.towards" : "drawer.against")}
              </Text>
            </Group>
            <Progress
              value={barWidth(factor, factors)}
              size={6}
              color={factor.contribution > 0 ? "red.6" : "teal.6"}
              aria-hidden
            />
          </div>
        ))}
      </Stack>
    </section>
  );
}

const PARTS = ["satisfaction", "churn", "engagement", "volume", "response_time"];

function HealthParts({ health }: { health: RiskInFull["risk"]["health"] }) {
  const { t } = useTranslation("churn");
  return (
    <section aria-label={t("drawer.health", { score: health.score })}>
      <Title order={3} fz={14} mb={8}>
        {t("drawer.health", { score: health.score })}
      </Title>
      <Stack gap={6}>
        {PARTS.map((part) => (
          <Group key={part} gap={10} wrap="nowrap">
            <Text size="sm" flex={1}>
              {t(`parts.${part}`)}
            </Text>
            <Progress w={120} size={6} value={health.parts[part] ?? 0} color="blue.5" aria-hidden />
            <Text size="xs" w={28} ta="right">
              {health.parts[part]}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}

function Actions({ found: { risk, plans } }: { found: RiskInFull }) {
  const { t } = useTranslation("churn");
  const { number, day } = useFormats();
  return (
    <section aria-label={t("drawer.what")}>
      <Title order={3} fz={14} mb={8}>
        {t("drawer.what")}
      </Title>
      <Stack gap={6}>
        {risk.actions.length === 0 && <Text size="sm">{t("plan.nothing")}</Text>}
        {risk.actions.map((action) => (
          <div key={action.code}>
            <Text size="sm">{action.text}</Text>
            <Text size="xs" c="dimmed">
              {t("plan.effect", { points: number(Math.round(100 * action.effect)) })}
            </Text>
          </div>
        ))}
        <PlanCell risk={risk} />
        {plans
          .filter((plan) => FINISHED.has(plan.ticket_status))
          .map((plan) => (
            <Text
              key={plan.id}
              component={Link}
              to={`/tickets/${plan.ticket_id}`}
              size="sm"
              className={classes.link}
            >
              {t("plan.past", { number: plan.ticket_number, day: day(plan.started_at) })}
              {plan.left_company !== null && ` · ${t(plan.left_company ? "outcome.left" : "outcome.stayed")}`}
            </Text>
          ))}
      </Stack>
    </section>
  );
}

function Past({ found: { history, payments } }: { found: RiskInFull }) {
  const { t, i18n } = useTranslation("churn");
  const { percent, day } = useFormats();
  return (
    <>
      <section aria-label={t("drawer.history")}>
        <Title order={3} fz={14} mb={8}>
          {t("drawer.history")}
        </Title>
        <Stack gap={4}>
          {history.slice(0, 12).map((said) => (
            <Group key={said.at} justify="space-between" gap={8}>
              <Text size="sm">{day(said.at)}</Text>
              <Text size="sm">
                {percent(said.probability)} · {t(`levels.${said.level}`)}
                {said.left_company !== null &&
                  ` · ${t(said.left_company ? "outcome.left" : "outcome.stayed")}`}
              </Text>
            </Group>
          ))}
        </Stack>
      </section>
      {payments.length > 0 && (
        <section aria-label={t("drawer.payments")}>
          <Title order={3} fz={14} mb={8}>
            {t("drawer.payments")}
          </Title>
          <Stack gap={4}>
            {payments.map((payment) => (
              <Group key={payment.id} justify="space-between" gap={8}>
                <Text size="sm">
                  {payment.reference} · {money(payment.amount, payment.currency, i18n.language)}
                </Text>
                <Text size="xs" c="dimmed">
                  {payment.paid_at === null
                    ? t("payments.due", { day: day(payment.due_at) })
                    : t("payments.paid", { day: day(payment.paid_at) })}
                </Text>
              </Group>
            ))}
          </Stack>
        </section>
      )}
    </>
  );
}
