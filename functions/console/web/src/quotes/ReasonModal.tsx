import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  /** The deed, by the name of its words. */
  deed: "accept" | "cancel" | "cancelOrder";
  busy: boolean;
  submit: (reason: string) => void;
  close: () => void;
}

/** Asks why, for the history, before something that cannot be taken back. */
export function ReasonModal({ deed, busy, submit, close }: Props) {
  const { t } = useTranslation(["quotes", "shell"]);
  const [reason, setReason] = useState("");
  const ready = reason.trim() !== "";
  function send(event: FormEvent) {
    event.preventDefault();
    if (ready) submit(reason.trim());
  }
  return (
    <Modal opened onClose={close} title={t(`deeds.${deed}.title`)}>
      <form onSubmit={send}>
        <Stack>
          <Text size="sm">{t(`deeds.${deed}.hint`)}</Text>
          <Textarea
            data-autofocus
            required
            label={t("deeds.reason")}
            maxLength={200}
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("shell:back")}
            </Button>
            <Button type="submit" color={deed === "accept" ? "teal" : "red"} loading={busy} disabled={!ready}>
              {t(`deeds.${deed}.do`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
