import { ActionIcon, Badge, Button, Group, Paper, Select, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNeeded } from "../people/changes";
import { FormModal } from "../people/FormModal";
import type { DeliveryIn, Place, Severity, Target } from "./queries";
import { COLORS, ICONS } from "./severities";

const CHANNELS = ["slack", "teams", "discord", "email", "sms", "webhook"] as const;
type PlaceIn = NonNullable<NonNullable<NonNullable<DeliveryIn["places"]>[string]>[number]>;

interface Props {
  severity: Severity;
  /** Null where the severity has none of its own. */
  places: Place[] | null;
  editable: boolean;
  busy: boolean;
  save: (places: PlaceIn[] | null) => void;
}

/** Where a severity is told: what is there stays by its name, for nobody is shown its address again. */
export function Places({ severity, places, editable, busy, save }: Props) {
  const { t } = useTranslation("alerts");
  const [adding, setAdding] = useState(false);
  const Icon = ICONS[severity];
  const kept = (places ?? []).map(({ recipient }): PlaceIn => ({ recipient }));
  const title = t("delivery.places", { severity: t(`severities.${severity}`) });
  return (
    <Paper component="section" aria-label={title} withBorder p="md">
      <Group justify="space-between" mb={6} wrap="nowrap">
        <Group gap={8} wrap="nowrap">
          <Icon size={18} aria-hidden color={`var(--mantine-color-${COLORS[severity]}-6)`} />
          <Title order={2} fz="sm" fw={600}>
            {title}
          </Title>
        </Group>
        {editable && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            aria-label={`${t("delivery.add")}: ${title}`}
            onClick={() => setAdding(true)}
          >
            {t("delivery.add")}
          </Button>
        )}
      </Group>
      {kept.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(places === null ? `delivery.byItself.${severity}` : "delivery.nowhere")}
        </Text>
      )}
      {(places ?? []).map(({ channel, recipient }) => (
        <Group key={recipient} gap="sm" wrap="nowrap" mih={34}>
          <Badge variant="light" color="gray" tt="none" fw={500} miw="max-content">
            {t(`channels.${channel}`)}
          </Badge>
          <Text size="sm" truncate flex={1}>
            {recipient}
          </Text>
          {editable && (
            <ActionIcon
              aria-label={t("delivery.remove", { place: `${t(`channels.${channel}`)} ${recipient}` })}
              disabled={busy}
              onClick={() => save(kept.filter((each) => each.recipient !== recipient))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {adding && (
        <PlaceForm
          title={`${t("delivery.add")} · ${title}`}
          busy={busy}
          add={(place) => {
            save([...kept, { place }]);
            setAdding(false);
          }}
          close={() => setAdding(false)}
        />
      )}
    </Paper>
  );
}

interface FormProps {
  title: string;
  busy: boolean;
  add: (place: Target) => void;
  close: () => void;
}

function PlaceForm({ title, busy, add, close }: FormProps) {
  const { t } = useTranslation("alerts");
  const needed = useNeeded();
  const form = useForm({
    initialValues: { channel: "slack" as Target["channel"], where: "", secret: "" },
    validate: {
      where: needed,
      secret: (value, { channel }) => (channel === "webhook" ? needed(value) : null),
    },
  });
  const { channel } = form.values;
  const addressed = channel === "email" || channel === "sms";
  return (
    <FormModal
      title={title}
      busy={busy}
      close={close}
      submit={form.onSubmit(({ where, secret }) =>
        add({
          channel,
          ...(addressed ? { address: where.trim() } : { url: where.trim() }),
          ...(channel === "webhook" && { secret: secret.trim() }),
        }),
      )}
    >
      <Select
        label={t("delivery.channel")}
        data={CHANNELS.map((value) => ({ value, label: t(`channels.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("channel")}
      />
      <TextInput
        label={t(`delivery.where.${addressed ? channel : "url"}`)}
        description={t(`delivery.whereHint.${channel}`)}
        withAsterisk
        data-autofocus
        {...form.getInputProps("where")}
      />
      {channel === "webhook" && (
        <TextInput
          label={t("delivery.secret")}
          description={t("delivery.secretHint")}
          withAsterisk
          {...form.getInputProps("secret")}
        />
      )}
    </FormModal>
  );
}
