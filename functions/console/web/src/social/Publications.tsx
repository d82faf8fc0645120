import { Alert, Anchor, Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/session";
import { NetworkIcon, StateBadge } from "./Badges";
import { type Post, type Publication, useRetry, useSettle } from "./queries";
import { usePlanTimes } from "./zone";

/** How the post fares on each account, and what people can do about it; nothing before it has a time. */
export function Publications({ post }: { post: Post }) {
  const { t } = useTranslation("social");
  const shown = post.publications.filter(({ state }) => state !== "planned" && state !== "cancelled");
  if (shown.length === 0) return null;
  return (
    <Stack component="section" aria-label={t("publications.title")} gap="xs" mb="lg">
      {shown.map((publication) => (
        <Paper key={publication.id} withBorder p="sm">
          <Group gap="sm" wrap="wrap">
            <NetworkIcon network={publication.network} size={18} />
            <Text size="sm" fw={600}>
              {publication.account_name}
            </Text>
            <StateBadge state={publication.state} step={publication.step} />
            <Progressing publication={publication} />
          </Group>
          <Trouble post={post} publication={publication} />
        </Paper>
      ))}
    </Stack>
  );
}

function Progressing({ publication }: { publication: Publication }) {
  const { t } = useTranslation("social");
  const { dateTime } = usePlanTimes();
  const { state, published_at, permalink, due_at, step } = publication;
  if (state === "published") {
    return (
      <Text size="xs" c="dimmed">
        {published_at !== null && dateTime(published_at)}{" "}
        {permalink !== null && (
          <Anchor href={permalink} target="_blank" rel="noreferrer" size="xs">
            {t("publications.open")} <IconExternalLink size={12} aria-hidden />
          </Anchor>
        )}
      </Text>
    );
  }
  if (state !== "due" || due_at === null) return null;
  const begun = step !== "start";
  return (
    <Text size="xs" c="dimmed">
      {begun
        ? t(`step.${step}`, { defaultValue: t("step.other") })
        : t("publications.due", { at: dateTime(due_at) })}
    </Text>
  );
}

/** What is wrong and what would help: by itself, other words, the account, or somebody who looks. */
function Trouble({ post, publication }: { post: Post; publication: Publication }) {
  const { t } = useTranslation("social");
  const { can } = useMe();
  const { dateTime } = usePlanTimes();
  const { state, remedy, error_code, error_detail, next_at } = publication;
  if (error_code === null) return null;
  const detail = `${error_code}: ${error_detail ?? ""}`;
  if (state === "due") {
    return (
      <Text size="xs" c="dimmed" mt={6}>
        {t("trouble.retry", { at: next_at === null ? "" : dateTime(next_at) })} ({detail})
      </Text>
    );
  }
  const kind = state === "unknown" ? "unknown" : state === "held" ? "held" : (remedy ?? "fix");
  return (
    <Alert color={state === "failed" ? "red" : "orange"} mt="sm" title={t(`trouble.${kind}`)}>
      <Text size="sm">{detail}</Text>
      {can("social:write") && state === "unknown" && <Settle publication={publication} />}
      {can("social:write") && state === "failed" && <Retry post={post} publication={publication} />}
    </Alert>
  );
}

/** Only a person who looked can say; what is not public is published then. */
function Settle({ publication: { id } }: { publication: Publication }) {
  const { t } = useTranslation("social");
  const settle = useSettle();
  return (
    <Group gap="xs" mt="sm">
      <Button
        size="xs"
        variant="default"
        loading={settle.isPending}
        onClick={() => settle.mutate({ id, is_public: true })}
      >
        {t("trouble.isPublic")}
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={settle.isPending}
        onClick={() => settle.mutate({ id, is_public: false })}
      >
        {t("trouble.isNotPublic")}
      </Button>
    </Group>
  );
}

function Retry({ post, publication }: { post: Post; publication: Publication }) {
  const { t } = useTranslation("social");
  const retry = useRetry();
  const before = publication.text ?? post.text;
  const [text, setText] = useState(before);
  return (
    <Stack gap="xs" mt="sm">
      {publication.remedy === "fix" && (
        <Textarea
          label={t("trouble.otherWords")}
          autosize
          minRows={2}
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
        />
      )}
      <Group>
        <Button
          size="xs"
          loading={retry.isPending}
          onClick={() => retry.mutate({ id: publication.id, text: text === before ? null : text })}
        >
          {t("trouble.again")}
        </Button>
      </Group>
    </Stack>
  );
}
