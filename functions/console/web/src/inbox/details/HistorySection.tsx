import { Button, Skeleton, Text, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Conversation, HistoryEntry } from "../../api/contract";
import { keys } from "../../api/queries";
import { useActorName } from "../../people/actors";
import { useAgents, useBranches } from "../../people/lists";
import { useReason } from "../../people/reasons";
import { FailedToLoad } from "../../shell/states";
import { RelativeTime } from "../../time/Times";
import { Section } from "./Section";

/** What happened to the conversation, when somebody wants to know. */
export function HistorySection({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const [wanted, setWanted] = useState(false);
  return (
    <Section title={t("history.title")}>
      {wanted ? (
        <Entries conversation={conversation} />
      ) : (
        <Button size="compact-xs" variant="light" onClick={() => setWanted(true)}>
          {t("history.show")}
        </Button>
      )}
    </Section>
  );
}

function Entries({ conversation }: { conversation: Conversation }) {
  const actor = useActorName();
  const why = useReason();
  const { id, owner, state } = conversation;
  const history = useQuery({
    // It is another history once somebody else answers or it was closed.
    queryKey: [...keys.history(id), owner.version, state],
    queryFn: () =>
      answer(
        api.GET("/api/conversations/{conversation_id}/history", {
          params: { path: { conversation_id: id } },
        }),
      ),
    placeholderData: (before) => before,
  });
  if (history.isPending) return <Skeleton height={80} />;
  if (history.isError) return <FailedToLoad error={history.error} retry={() => void history.refetch()} />;
  return (
    <Timeline bulletSize={10} lineWidth={2}>
      {history.data.items.map((entry, index) => (
        <Timeline.Item key={index}>
          <Text size="xs" fw={600}>
            {actor(entry.actor, entry.actor_name)} ·{" "}
            <Text span size="xs" c="dimmed" fw={400}>
              <RelativeTime at={entry.at} />
            </Text>
          </Text>
          <Sentence entry={entry} />
          {entry.reason !== null && entry.reason !== "" && (
            <Text size="xs" c="dimmed">
              {why(entry.reason)}
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Sentence({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation("inbox");
  const agents = useAgents().data ?? [];
  const branches = useBranches().data ?? [];
  const shown = (told: unknown) => {
    if (told === null || told === "") return "—";
    const value = typeof told === "string" ? told : JSON.stringify(told);
    const named = [...agents, ...branches].find((each) => each.id === value);
    return named?.name ?? t(`history.values.${value}`, { defaultValue: value });
  };
  return (
    <Text size="xs">
      {t(`history.fields.${entry.field}`, { defaultValue: entry.field })}: {shown(entry.old)} →{" "}
      {shown(entry.new)}
    </Text>
  );
}
