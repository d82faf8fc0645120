import {
  Button,
  Group,
  MultiSelect,
  Paper,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { useChange } from "../people/changes";
import { useMe } from "../session/session";
import { FailedToLoad } from "../shell/states";
import { Places } from "./Places";
import { type Delivery, type DeliveryIn, type Severity, useDelivery } from "./queries";
import { SEVERITIES } from "./severities";

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** When people are let alone, and where each severity is told besides the console. */
export function DeliveryForm() {
  const { t } = useTranslation("alerts");
  const { me } = useMe();
  const { data, error, refetch } = useDelivery();
  const change = useChange({
    call: (body: DeliveryIn) => answer(api.PUT("/api/alerts/delivery", { body })),
    stale: [[...keys.alerts, "delivery"]],
    said: t("delivery.saved"),
  });
  if (data === undefined)
    return error === null ? (
      <Skeleton h={420} maw={760} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  // Who is told of what concerns every branch, is for who sees all of them.
  const editable = me.branches === null;
  return (
    <Stack maw={760}>
      {!editable && (
        <Text size="sm" c="dimmed">
          {t("delivery.limited")}
        </Text>
      )}
      <QuietHours
        key={JSON.stringify(data.quiet_hours)}
        delivery={data}
        editable={editable}
        busy={change.isPending}
        save={(quiet_hours) => change.mutate({ quiet_hours })}
      />
      {SEVERITIES.map((severity) => (
        <Places
          key={severity}
          severity={severity}
          places={data.places[severity] ?? null}
          editable={editable}
          busy={change.isPending}
          save={(places) => change.mutate({ places: { [severity]: places } })}
        />
      ))}
    </Stack>
  );
}

interface QuietProps {
  delivery: Delivery;
  editable: boolean;
  busy: boolean;
  save: (quiet: NonNullable<DeliveryIn["quiet_hours"]>) => void;
}

function QuietHours({ delivery, editable, busy, save }: QuietProps) {
  const { t, i18n } = useTranslation("alerts");
  const quiet = delivery.quiet_hours;
  const form = useForm({
    initialValues: {
      begins: quiet.begins ?? "21:00",
      ends: quiet.ends ?? "07:00",
      days: (quiet.days ?? []).map(String),
      told_anyway: quiet.told_anyway ?? ("critical" as Severity),
    },
  });
  const named = new Intl.DateTimeFormat(i18n.language, { weekday: "long", timeZone: "UTC" });
  return (
    <Paper component="section" aria-label={t("delivery.quiet")} withBorder p="md">
      <Title order={2} fz="md">
        {t("delivery.quiet")}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t("delivery.quietHint", { zone: delivery.timezone })}
      </Text>
      <form onSubmit={form.onSubmit(({ days, ...values }) => save({ ...values, days: days.map(Number) }))}>
        <Stack gap="sm">
          <Group grow>
            <TextInput
              type="time"
              label={t("delivery.begins")}
              disabled={!editable}
              {...form.getInputProps("begins")}
            />
            <TextInput
              type="time"
              label={t("delivery.ends")}
              disabled={!editable}
              {...form.getInputProps("ends")}
            />
          </Group>
          <MultiSelect
            label={t("delivery.days")}
            placeholder={form.values.days.length === 0 ? t("delivery.noDays") : undefined}
            data={DAYS.map((day) => ({
              value: String(day),
              label: named.format(MONDAY + (day - 1) * DAY_MS),
            }))}
            maxValues={6}
            clearable
            disabled={!editable}
            {...form.getInputProps("days")}
          />
          <Select
            label={t("delivery.toldAnyway")}
            data={[...SEVERITIES].reverse().map((value) => ({ value, label: t(`severities.${value}`) }))}
            allowDeselect={false}
            disabled={!editable}
            {...form.getInputProps("told_anyway")}
          />
          {editable && (
            <Group justify="flex-end">
              <Button type="submit" size="xs" loading={busy} disabled={!form.isDirty()}>
                {t("save")}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
