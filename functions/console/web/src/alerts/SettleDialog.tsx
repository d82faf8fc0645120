import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "../api/queries";
import { useChange } from "../people/changes";
import { FormModal } from "../people/FormModal";
import { type Alert, settle } from "./queries";

const LONGEST = 200;

/** Asks what one does about an alert, for the others; it may stay empty. */
export function SettleDialog({
  alert,
  verb,
  close,
}: {
  alert: Alert;
  verb: "acknowledge" | "resolve";
  close: () => void;
}) {
  const { t } = useTranslation("alerts");
  const [note, setNote] = useState("");
  const change = useChange({
    call: () => settle(alert, verb, note),
    stale: [keys.alerts],
    said: t(`${verb}d`),
  });
  return (
    <FormModal
      title={`${t(verb)}: ${alert.title}`}
      verb={t(verb)}
      busy={change.isPending}
      close={close}
      submit={(event) => {
        event?.preventDefault();
        change.mutate(undefined, { onSettled: close });
      }}
    >
      <Text size="sm">{t(`${verb}What`)}</Text>
      <Textarea
        label={t("note")}
        data-autofocus
        autosize
        minRows={2}
        maxLength={LONGEST}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormModal>
  );
}
