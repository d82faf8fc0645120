import { ActionIcon, Badge, Group, Progress, Text, Tooltip } from "@mantine/core";
import { IconRefresh, IconSparkles } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Conversation, Summary } from "../../api/contract";
import { tellFailure } from "../../page/tell";
import { RelativeTime } from "../../time/Times";
import classes from "../Inbox.module.css";
import { Fact, Section } from "./Section";
import { useFreshSummary } from "./useFreshSummary";

const INTENTION_COLORS = { low: "gray", medium: "yellow", high: "teal" };

/** What the conversation comes to; it says when words alone, and no model, made it. */
export function SummarySection({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const { summary } = conversation;
  const refresh = useMutation({ mutationFn: useFreshSummary(conversation), onError: tellFailure });
  return (
    <Section
      title={t("summary.title")}
      aside={
        <Group gap={4} wrap="nowrap">
          {summary !== null && <Origin summary={summary} />}
          <Tooltip label={t("summary.refresh")}>
            <ActionIcon
              size="sm"
              loading={refresh.isPending}
              onClick={() => refresh.mutate()}
              aria-label={t("summary.refresh")}
            >
              <IconRefresh size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      }
    >
      {summary === null ? (
        <Text size="sm" c="dimmed">
          {t("summary.none")}
        </Text>
      ) : (
        <Told summary={summary} />
      )}
    </Section>
  );
}

function Origin({ summary }: { summary: Summary }) {
  const { t } = useTranslation("inbox");
  return (
    <Tooltip label={t(`summary.${summary.kind}Why`)} multiline maw={260}>
      <Badge
        size="sm"
        variant="light"
        color={summary.kind === "model" ? "violet" : "gray"}
        tt="none"
        leftSection={summary.kind === "model" ? <IconSparkles size={11} aria-hidden /> : undefined}
      >
        {t(`summary.${summary.kind}`)}
      </Badge>
    </Tooltip>
  );
}

function Told({ summary }: { summary: Summary }) {
  const { t } = useTranslation("inbox");
  const state = t(`summary.states.${summary.state.replaceAll(" ", "_")}`, { defaultValue: summary.state });
  return (
    <>
      <Text size="sm" mb="sm">
        {summary.wants || t("summary.wantsUnknown")}
      </Text>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="xs" fw={600}>
          {state}
        </Text>
        <Text size="xs" c="dimmed">
          {summary.progress} %
        </Text>
      </Group>
      <Progress value={summary.progress} size="sm" aria-label={t("summary.progress")} mb="sm" />
      <dl className={classes.facts}>
        <Fact name={t("summary.intention")}>
          <Badge size="sm" variant="light" color={INTENTION_COLORS[summary.intention]} tt="none">
            {t(`summary.intentions.${summary.intention}`)}
          </Badge>
        </Fact>
        <Fact name={t("summary.confidence")}>{`${String(summary.confidence)} %`}</Fact>
        <Fact name={t("summary.vehicles")}>{summary.vehicles.join(", ")}</Fact>
        <Fact name={t("summary.products")}>{summary.products.join(", ")}</Fact>
        <Fact name={t("summary.made")}>
          <RelativeTime at={summary.made_at} />
        </Fact>
      </dl>
    </>
  );
}
