import { ActionIcon, Badge, Group, Loader, Popover, Text, Timeline, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Message } from "../../api/contract";
import { keys } from "../../api/queries";
import { problemText } from "../../api/words";
import { dateTime } from "../../time/intl";

/** What became of a message, step by step, and what was understood of it. */
export function Explanation({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={opened} onChange={close} width={300} shadow="md" withinPortal trapFocus>
      <Popover.Target>
        <Tooltip label={t("message.why")}>
          <ActionIcon size="sm" aria-label={t("message.why")} aria-expanded={opened} onClick={toggle}>
            <IconInfoCircle size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Analysis message={message} />
        {message.direction === "note" ? (
          <Text size="xs" c="dimmed">
            {t("message.noteWhy")}
          </Text>
        ) : (
          <Ledger message={message} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Analysis({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const known = Object.entries(message.analysis ?? {});
  if (known.length === 0) return null;
  return (
    <Group gap={4} mb="sm">
      {known.map(([name, value]) => (
        <Badge key={name} size="sm" variant="light" color="gray" tt="none" fw={500}>
          {t(`analysis.${name}`)}: {t(`analysis.values.${String(value)}`, { defaultValue: String(value) })}
        </Badge>
      ))}
    </Group>
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Ledger({ message }: { message: Message }) {
  const { t, i18n } = useTranslation("inbox");
  const ledger = useQuery({
    queryKey: [...keys.ledger(message.id), message.status],
    queryFn: () =>
      answer(
        api.GET("/api/conversations/{conversation_id}/messages/{message_id}/ledger", {
          params: { path: { conversation_id: message.conversation_id, message_id: message.id } },
        }),
      ),
  });
  if (ledger.isPending) return <Loader size="xs" />;
  if (ledger.isError)
    return (
      <Text size="xs" c="error">
        {problemText(ledger.error)}
      </Text>
    );
  return (
    <Timeline bulletSize={12} lineWidth={2} active={ledger.data.steps.length}>
      {ledger.data.steps.map((step, index) => (
        <Timeline.Item
          key={index}
          title={
            <Text size="xs" fw={600}>
              {t(`ledger.${step.step}`, { defaultValue: step.step })}
            </Text>
          }
        >
          <Text size="xs" c="dimmed">
            {dateTime(step.at, i18n.language)}
          </Text>
          {Object.entries(step.detail).map(([name, value]) =>
            value === null ? null : (
              <Text key={name} size="xs" style={{ overflowWrap: "anywhere" }}>
                {t(`ledger.details.${name}`, { defaultValue: name })}: {written(value)}
              </Text>
            ),
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
