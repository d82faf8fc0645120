import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  /** What is shown, null while there is nothing to show. */
  secret: string | null;
  title: string;
  hint: string;
  close: () => void;
}

/** A password or token nobody can ask for again: shown once, to be copied. */
export function ShownOnce({ secret, title, hint, close }: Props) {
  const { t } = useTranslation("page");
  return (
    <Modal opened={secret !== null} onClose={close} title={title} closeOnClickOutside={false}>
      <Stack>
        <Text size="sm">{hint}</Text>
        <Code block fz="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        <Alert color="yellow" icon={<IconKey size={16} aria-hidden />} p="xs">
          {t("shownOnce")}
        </Alert>
        <Group justify="flex-end">
          <CopyButton value={secret ?? ""}>
            {({ copied, copy }) => (
              <Button
                variant="light"
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
              >
                {t(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>{t("done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
