import { Button, Center, Loader, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCloudOff, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/words";

/** While a screen's own code comes. Screens show skeletons for their data. */
export function Loading() {
  const { t } = useTranslation("shell");
  return (
    <Center h="100%" mih={240} role="status" aria-label={t("loading")}>
      <Loader size="sm" />
    </Center>
  );
}

/** What went wrong, and a way to try again. */
export function FailedToLoad({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation("shell");
  return (
    <Center h="100%" mih={200} p="md" role="alert">
      <Stack align="center" gap="xs" maw={360}>
        <ThemeIcon variant="light" color="red" size="lg" radius="xl">
          <IconCloudOff size={18} aria-hidden />
        </ThemeIcon>
        <Text size="sm" ta="center">
          {problemText(error)}
        </Text>
        {retry !== undefined && (
          <Button
            size="xs"
            variant="light"
            onClick={retry}
            leftSection={<IconRefresh size={14} aria-hidden />}
          >
            {t("retry")}
          </Button>
        )}
      </Stack>
    </Center>
  );
}

/** Nothing here, and what one can do about it. */
export function Empty({
  icon,
  title,
  hint,
  children,
}: {
  icon?: ReactNode;
  title: string;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <Center h="100%" mih={200} p="md">
      <Stack align="center" gap={6} maw={340}>
        {icon !== undefined && (
          <ThemeIcon variant="light" color="gray" size="xl" radius="xl" mb={4}>
            {icon}
          </ThemeIcon>
        )}
        <Text fw={600} ta="center">
          {title}
        </Text>
        {hint !== undefined && (
          <Text size="sm" c="dimmed" ta="center">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}
