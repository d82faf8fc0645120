import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  busy: boolean;
  submit: (event?: FormEvent<HTMLFormElement>) => void;
  close: () => void;
  /** The word on the button, where it does not save. */
  verb?: string;
  children: ReactNode;
}

/** A form over the screen it changes. It is mounted when it opens, so it always begins with what is. */
export function FormModal({ title, busy, submit, close, verb, children }: Props) {
  const { t } = useTranslation("shell");
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {children}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={close}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={busy}>
              {verb ?? t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
