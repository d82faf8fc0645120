import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "../../api/contract";
import classes from "./Pictures.module.css";
import { useCorrection } from "./queries";
import { asVin, type Reading, vehicleOf } from "./vin";

interface Props {
  attachment: Attachment;
  reading: Reading;
  conversation: string;
}

/** What was read of a picture, how sure it is, and the agent's pencil. */
export function ReadingCard({ attachment, reading, conversation }: Props) {
  const { t, i18n } = useTranslation("pictures");
  const [writing, setWriting] = useState(false);
  const sure = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(reading.confidence);
  return (
    <div className={classes.reading} data-verdict={reading.verdict}>
      <Group justify="space-between" wrap="nowrap" gap={6}>
        <Text size="xs" c="dimmed">
          {reading.corrected ? t("corrected") : t(`verdict.${reading.verdict}`, { sure })}
        </Text>
        <Tooltip label={t("correct")}>
          <ActionIcon size="sm" onClick={() => setWriting(!writing)} aria-label={t("correct")}>
            <IconPencil size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      {reading.vin !== null && (
        <Text size="sm" fw={600} className={classes.vin}>
          {reading.vin}
        </Text>
      )}
      {vehicleOf(reading) !== "" && <Text size="sm">{vehicleOf(reading)}</Text>}
      {reading.reason !== null && (
        <Text size="xs">{t(`reason.${reading.reason}`, { defaultValue: t("reason.other") })}</Text>
      )}
      {reading.corrected && reading.read !== reading.vin && reading.read !== null && (
        <Text size="xs" c="dimmed">
          {t("wasRead", { vin: reading.read })}
        </Text>
      )}
      {writing && (
        <Correction
          attachment={attachment}
          conversation={conversation}
          before={reading.vin ?? ""}
          onDone={() => setWriting(false)}
        />
      )}
    </div>
  );
}

interface CorrectionProps {
  attachment: Attachment;
  conversation: string;
  before: string;
  onDone: () => void;
}

function Correction({ attachment, conversation, before, onDone }: CorrectionProps) {
  const { t } = useTranslation("pictures");
  const [typed, setTyped] = useState(before);
  const correction = useCorrection(attachment, conversation);
  const vin = asVin(typed);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (vin !== null) correction.mutate(vin, { onSuccess: onDone });
  };
  return (
    <form onSubmit={save}>
      <TextInput
        size="xs"
        mt={6}
        label={t("vin")}
        value={typed}
        error={typed !== "" && vin === null && t("noVin")}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Group gap={6} mt={6}>
        <Button size="compact-xs" type="submit" disabled={vin === null} loading={correction.isPending}>
          {t("save")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => correction.mutate(null, { onSuccess: onDone })}
        >
          {t("none")}
        </Button>
      </Group>
    </form>
  );
}
