import { ActionIcon, Badge, Group, Skeleton, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconBellPlus, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { Confirm } from "../page/Confirm";
import { useChange } from "../people/changes";
import { Toolbar } from "../people/Toolbar";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { relative } from "../time/intl";
import { useNow } from "../time/useNow";
import classes from "./Alerts.module.css";
import { unitsOf } from "./places";
import { type Metric, type Rule, useMetrics, useRules } from "./queries";
import { RuleForm } from "./RuleForm";
import { COLORS } from "./severities";

const LOOKS = { fine: "teal", firing: "orange", no_data: "gray", failed: "red" } as const;

/** What is watched: the product's own rules and the company's, each with how the last look at it went. */
export function Rules() {
  const { t } = useTranslation("alerts");
  const { can } = useMe();
  const { data: rules, error, refetch } = useRules();
  const metrics = useMetrics().data ?? [];
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  const [removed, setRemoved] = useState<Rule | null>(null);
  const remove = useChange({
    call: (rule: Rule) =>
      answer(api.DELETE("/api/alerts/rules/{rule_id}", { params: { path: { rule_id: rule.id } } })),
    stale: [keys.alerts],
    said: t("rules.removed"),
  });
  if (rules === undefined)
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  return (
    <>
      <Toolbar add={can("alerts:manage") ? { label: t("rules.new"), open: () => setEdited("new") } : null}>
        <Text size="sm" c="dimmed">
          {t("rules.hint")}
        </Text>
      </Toolbar>
      {rules.length === 0 && <Empty icon={<IconBellPlus size={22} aria-hidden />} title={t("rules.none")} />}
      <div className={classes.rules}>
        {rules.map((rule) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            metric={metrics.find(({ name }) => name === rule.metric)}
            edit={() => setEdited(rule)}
            remove={() => setRemoved(rule)}
          />
        ))}
      </div>
      {edited !== null && metrics.length > 0 && (
        <RuleForm rule={edited === "new" ? null : edited} metrics={metrics} close={() => setEdited(null)} />
      )}
      <Confirm
        opened={removed !== null}
        title={t("rules.removeTitle", { rule: removed?.title })}
        verb={t("rules.remove")}
        busy={remove.isPending}
        confirm={() => removed !== null && remove.mutate(removed, { onSettled: () => setRemoved(null) })}
        close={() => setRemoved(null)}
      >
        {t("rules.removeWhat")}
      </Confirm>
    </>
  );
}

interface RowProps {
  rule: Rule;
  metric: Metric | undefined;
  edit: () => void;
  remove: () => void;
}

function RuleRow({ rule, metric, edit, remove }: RowProps) {
  const { t } = useTranslation("alerts");
  const watches = useChange({
    call: (active: boolean) =>
      answer(
        api.PATCH("/api/alerts/rules/{rule_id}", {
          params: { path: { rule_id: rule.id } },
          body: { active },
        }),
      ),
    stale: [keys.alerts],
  });
  return (
    <section className={classes.rule} data-off={!rule.active || undefined} aria-label={rule.title}>
      <div>
        <Group gap={8}>
          <Text fw={600} size="sm" component="h2">
            {rule.title}
          </Text>
          <Badge variant="light" color={COLORS[rule.severity]} tt="none" fw={550}>
            {t(`severities.${rule.severity}`)}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          {metric?.description}
        </Text>
        <Text size="xs">{useTerms(rule)}</Text>
      </div>
      <LastLook rule={rule} />
      {rule.editable ? (
        <Group gap={4} wrap="nowrap">
          <Switch
            size="sm"
            checked={watches.isPending ? watches.variables : rule.active}
            disabled={watches.isPending}
            aria-label={t("rules.watch", { rule: rule.title })}
            onChange={(event) => watches.mutate(event.currentTarget.checked)}
          />
          <ActionIcon aria-label={t("rules.edit", { rule: rule.title })} onClick={edit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
          {rule.kind === "custom" && (
            <ActionIcon aria-label={t("rules.removeTitle", { rule: rule.title })} onClick={remove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          {t(rule.active ? "rules.on" : "rules.off")}
        </Text>
      )}
    </section>
  );
}

/** A rule in a few words: its limit, over which time, of what. */
function useTerms(rule: Rule): string {
  const { t } = useTranslation("alerts");
  const parts = [t(`rules.${rule.comparison}`, { limit: rule.limit })];
  if (rule.window_minutes !== null) {
    const { count, unit } = unitsOf(rule.window_minutes);
    parts.push(t(`rules.within.${unit}`, { count }));
  }
  if (rule.minimum > 0) parts.push(t("rules.minimum", { count: rule.minimum }));
  if (rule.escalate_after_minutes !== null)
    parts.push(t("rules.escalates", { count: rule.escalate_after_minutes }));
  const words = rule.filters.words ?? [];
  if (words.length > 0) parts.push(words.join(", "));
  else if (rule.metric === "words_named") parts.push(t("rules.needsWords"));
  const narrowed = Object.entries(rule.filters).filter(
    ([name, values]) => name !== "words" && values !== null && values !== undefined && values.length > 0,
  );
  if (narrowed.length > 0) parts.push(t("rules.narrowed"));
  return parts.join(" · ");
}

function LastLook({ rule }: { rule: Rule }) {
  const { t, i18n } = useTranslation("alerts");
  const now = useNow();
  if (!rule.active) return <span />;
  const look = rule.look;
  if (look === null || look.state === null || look.at === null)
    return (
      <Badge variant="default" tt="none" fw={500}>
        {t("looks.never")}
      </Badge>
    );
  const words = look.state === "failed" ? look.detail : t(`looks.${look.state}Why`, { count: look.readings });
  return (
    <Tooltip label={`${words ?? ""} ${relative(look.at, now, i18n.language)}`.trim()} multiline maw={320}>
      <Badge variant="dot" color={LOOKS[look.state]} tt="none" fw={500} tabIndex={0}>
        {look.open > 0 ? t("looks.open", { count: look.open }) : t(`looks.${look.state}`)}
      </Badge>
    </Tooltip>
  );
}

function Skeletons() {
  return (
    <Stack gap={8} aria-hidden>
      {Array.from({ length: 8 }, (_, place) => (
        <Skeleton key={place} h={70} radius="md" />
      ))}
    </Stack>
  );
}
