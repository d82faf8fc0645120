import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, and what cannot be undone. */
  children: ReactNode;
  /** The verb on the button. */
  verb: string;
  busy?: boolean;
  confirm: () => void;
  close: () => void;
}

/** Asks before something that cannot be taken back easily. */
export function Confirm({ opened, title, children, verb, busy, confirm, close }: Props) {
  const { t } = useTranslation("page");
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ "aria-label": t("cancel") }}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t("cancel")}
          </Button>
          <Button color="red" onClick={confirm} loading={busy}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
