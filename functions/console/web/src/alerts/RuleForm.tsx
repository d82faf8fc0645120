import {
  Alert,
  Button,
  Group,
  List,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { IconFlask } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { tellFailure } from "../page/tell";
import { besideFields, optionsOf, useChange } from "../people/changes";
import { FormModal } from "../people/FormModal";
import { useBranches } from "../people/lists";
import { type Metric, type Rule, type RuleFilters, type RuleIn, type Severity, useTry } from "./queries";
import { SEVERITIES } from "./severities";

const PRIORITIES = ["critical", "urgent", "high", "medium", "low"] as const;
const TIERS = ["standard", "frequent", "enterprise", "vip"] as const;
const CHANNELS = ["whatsapp", "messenger", "instagram"] as const;

interface Values {
  name: string;
  metric: string;
  comparison: "above" | "below";
  threshold: number | string;
  recovery: number | string;
  window_minutes: number | string;
  minimum: number | string;
  severity: Severity;
  escalate_after_minutes: number | string;
  filters: { [name in keyof RuleFilters]-?: string[] };
}

const NOT_NARROWED: Values["filters"] = {
  branches: [],
  priorities: [],
  categories: [],
  tiers: [],
  channels: [],
  words: [],
};

/** A new rule as its metric is usually watched. */
function usual(metric: Metric): Values {
  return {
    name: "",
    metric: metric.name,
    comparison: metric.comparison,
    threshold: "",
    recovery: "",
    window_minutes: metric.window_minutes ?? "",
    minimum: 0,
    severity: "warning",
    escalate_after_minutes: "",
    filters: NOT_NARROWED,
  };
}

function valuesOf(rule: Rule): Values {
  const { metric, comparison, threshold, recovery, minimum, severity } = rule;
  const narrowed = Object.entries(rule.filters).filter(([, values]) => values !== null);
  return {
    ...{ metric, comparison, threshold, recovery, minimum, severity },
    name: rule.title,
    window_minutes: rule.window_minutes ?? "",
    escalate_after_minutes: rule.escalate_after_minutes ?? "",
    filters: { ...NOT_NARROWED, ...Object.fromEntries(narrowed) },
  };
}

interface Props {
  rule: Rule | null;
  metrics: Metric[];
  close: () => void;
}

/** A rule of one's own, or what may be changed of one that comes with the product. */
export function RuleForm({ rule, metrics, close }: Props) {
  const { t } = useTranslation(["alerts", "page"]);
  const first = metrics.find(({ name }) => name === (rule?.metric ?? "customers_waiting")) ?? metrics[0];
  const own = rule === null || rule.kind === "custom";
  const form = useForm<Values>({
    initialValues: rule === null ? usual(first as Metric) : valuesOf(rule),
    validate: {
      name: (value) => (own && value.trim() === "" ? t("page:required") : null),
      threshold: (value) => (value === "" ? t("page:required") : null),
    },
  });
  const metric = metrics.find(({ name }) => name === form.values.metric) ?? (first as Metric);
  const trial = useTry();
  const save = useChange({
    call: (values: Values) => put(rule, bodyOf(values, metric), own),
    stale: [keys.alerts],
    said: t("rules.saved"),
  });

  function measureBy(name: string | null) {
    const chosen = metrics.find((each) => each.name === name);
    if (chosen === undefined) return;
    trial.reset();
    form.setValues({
      ...usual(chosen),
      name: form.values.name,
      severity: form.values.severity,
    });
  }

  return (
    <FormModal
      title={rule === null ? t("rules.new") : t("rules.edit", { rule: rule.title })}
      busy={save.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        save.mutate(values, { onSuccess: close, onError: besideFields(form.setErrors) }),
      )}
    >
      {own && (
        <>
          <TextInput
            label={t("form.name")}
            withAsterisk
            data-autofocus
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <Select
            label={t("form.metric")}
            data={metrics.map(({ name, description }) => ({ value: name, label: description }))}
            allowDeselect={false}
            searchable
            maxDropdownHeight={320}
            value={form.values.metric}
            onChange={measureBy}
          />
        </>
      )}
      {!own && (
        <Text size="sm" c="dimmed">
          {metric.description}
        </Text>
      )}
      <Limits form={form} metric={metric} own={own} />
      <Narrowing form={form} metric={metric} />
      {own && (
        <Trial
          trial={trial}
          run={() => {
            if (form.validate().hasErrors) return;
            trial.mutate(bodyOf(form.values, metric), { onError: tellFailure });
          }}
        />
      )}
    </FormModal>
  );
}

type Form = UseFormReturnType<Values>;

function Limits({ form, metric, own }: { form: Form; metric: Metric; own: boolean }) {
  const { t } = useTranslation("alerts");
  const unit = t(`units.${metric.unit}`);
  return (
    <>
      {own && (
        <SegmentedControl
          aria-label={t("form.comparison")}
          data={(["above", "below"] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
          {...form.getInputProps("comparison")}
        />
      )}
      <Group grow align="flex-start">
        <NumberInput
          label={`${t("form.threshold")} (${unit})`}
          withAsterisk
          {...form.getInputProps("threshold")}
          onChange={(threshold) => form.setValues({ threshold, recovery: "" })}
        />
        <NumberInput
          label={t("form.recovery")}
          description={t("form.recoveryHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("recovery")}
        />
      </Group>
      <Group grow align="flex-start">
        <Select
          label={t("severity")}
          data={[...SEVERITIES].reverse().map((value) => ({ value, label: t(`severities.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("severity")}
        />
        <NumberInput
          label={t("form.escalate")}
          description={t("form.escalateHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={5}
          max={44_640}
          {...form.getInputProps("escalate_after_minutes")}
        />
      </Group>
      {(metric.window_minutes !== null || metric.sampled) && (
        <Group grow align="flex-start">
          {metric.window_minutes !== null && (
            <NumberInput
              label={t("form.window")}
              min={5}
              max={44_640}
              {...form.getInputProps("window_minutes")}
            />
          )}
          {metric.sampled && (
            <NumberInput
              label={t("form.minimum")}
              description={t("form.minimumHint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              min={0}
              {...form.getInputProps("minimum")}
            />
          )}
        </Group>
      )}
    </>
  );
}

function Narrowing({ form, metric }: { form: Form; metric: Metric }) {
  const { t } = useTranslation(["alerts", "page"]);
  const branches = useBranches().data ?? [];
  const choices: Partial<Record<keyof RuleFilters, { value: string; label: string }[]>> = {
    branches: optionsOf(branches),
    priorities: PRIORITIES.map((value) => ({ value, label: t(`priorities.${value}`) })),
    tiers: TIERS.map((value) => ({ value, label: t(`tiers.${value}`) })),
    channels: CHANNELS.map((value) => ({ value, label: t(`page:channels.${value}`) })),
  };
  return (
    <>
      {(metric.filters as (keyof RuleFilters)[]).map((name) => {
        const data = choices[name];
        const asked = { label: t(`filters.${name}`), ...form.getInputProps(`filters.${name}`) };
        return data === undefined ? (
          <TagsInput key={name} placeholder={t(`filters.${name}Hint`)} maxTags={100} {...asked} />
        ) : (
          <MultiSelect key={name} data={data} placeholder={t("filters.all")} clearable {...asked} />
        );
      })}
    </>
  );
}

function Trial({ trial, run }: { trial: ReturnType<typeof useTry>; run: () => void }) {
  const { t } = useTranslation("alerts");
  const found = trial.data;
  return (
    <>
      <Button
        variant="light"
        size="xs"
        leftSection={<IconFlask size={14} aria-hidden />}
        loading={trial.isPending}
        onClick={run}
      >
        {t("trial.run")}
      </Button>
      {found !== undefined && (
        <Alert color={found.wrong > 0 ? "orange" : "teal"} role="status" p="xs">
          <Text size="sm">
            {found.has_data ? t("trial.found", { count: found.wrong }) : t("trial.noData")}
          </Text>
          <List size="xs" mt={found.items.length > 0 ? 4 : 0}>
            {found.items.map((item, place) => (
              <List.Item key={place}>{item.text}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

function bodyOf(values: Values, metric: Metric): RuleIn {
  const narrowed = Object.fromEntries(
    Object.entries(values.filters).filter(
      ([name, chosen]) => metric.filters.includes(name) && chosen.length > 0,
    ),
  );
  return {
    name: values.name.trim(),
    metric: values.metric as RuleIn["metric"],
    comparison: values.comparison,
    threshold: Number(values.threshold),
    recovery: numberOf(values.recovery),
    window_minutes: metric.window_minutes === null ? null : numberOf(values.window_minutes),
    minimum: metric.sampled ? (numberOf(values.minimum) ?? 0) : 0,
    severity: values.severity,
    filters: narrowed as RuleFilters,
    escalate_after_minutes: numberOf(values.escalate_after_minutes),
  };
}

function numberOf(value: number | string): number | null {
  return value === "" ? null : Number(value);
}

function put(rule: Rule | null, body: RuleIn, own: boolean): Promise<Rule> {
  if (rule === null) return answer(api.POST("/api/alerts/rules", { body }));
  const { name, metric, comparison, window_minutes, ...rest } = body;
  return answer(
    api.PATCH("/api/alerts/rules/{rule_id}", {
      params: { path: { rule_id: rule.id } },
      body: {
        ...rest,
        ...(window_minutes !== null && { window_minutes }),
        ...(own && { name, metric, comparison }),
      },
    }),
  );
}
