import { ActionIcon, Anchor, Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconMessages, IconTicketOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiProblem } from "../api/client";
import type { Factor, TicketWithHistory } from "../api/desk";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { PriorityBadge, StatusBadge } from "./Badges";
import { Factors } from "./Factors";
import { Fields } from "./Fields";
import { History } from "./History";
import { useTicket } from "./queries";
import { SlaClock } from "./SlaClock";
import { TicketActions } from "./TicketActions";
import { TicketText } from "./TicketText";
import classes from "./Tickets.module.css";

export function TicketPage({ id }: { id: string }) {
  const { t } = useTranslation(["tickets", "page"]);
  const { data: ticket, error, refetch } = useTicket(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconTicketOff size={22} aria-hidden />} title={t("page.notFound")} />;
  }
  if (ticket === undefined && error !== null)
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  return (
    <Page
      title={
        ticket === undefined ? <Skeleton h={22} w={280} /> : `#${String(ticket.number)} ${ticket.subject}`
      }
      before={
        <ActionIcon component={Link} to="/tickets" aria-label={t("page:back")}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
      }
      subtitle={ticket !== undefined && <Standing ticket={ticket} />}
      actions={ticket !== undefined && <TicketActions ticket={ticket} />}
    >
      {ticket === undefined ? <PageSkeleton /> : <Columns ticket={ticket} />}
    </Page>
  );
}

function Standing({ ticket }: { ticket: TicketWithHistory }) {
  const { t } = useTranslation("tickets");
  return (
    <Group gap="xs" mt={4}>
      <StatusBadge status={ticket.status} />
      <PriorityBadge priority={ticket.priority} score={ticket.score} />
      {ticket.deleted_at !== null && (
        <Badge variant="light" color="red" tt="none" className={classes.badge}>
          {t("page.deleted")}
        </Badge>
      )}
      {ticket.sla ? <SlaClock sla={ticket.sla} named /> : <Text size="xs">{t("sla.none")}</Text>}
    </Group>
  );
}

function Columns({ ticket }: { ticket: TicketWithHistory }) {
  const { t } = useTranslation("tickets");
  const { can } = useMe();
  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <TicketText key={ticket.updated_at} ticket={ticket} />
        {ticket.suggestion && <SuggestionCard suggestion={ticket.suggestion} />}
        <Paper component="section" withBorder p="md">
          <Heading>{t("page.history")}</Heading>
          <History history={ticket.history} />
        </Paper>
      </Stack>
      <Stack gap="md">
        <Paper component="section" withBorder p="md">
          <Heading>{t("page.fields")}</Heading>
          {ticket.conversation_id !== null && can("conversations:read") && (
            <Anchor
              component={Link}
              to={`/inbox/${ticket.conversation_id}`}
              size="sm"
              display="block"
              mb="sm"
            >
              <Group gap={6}>
                <IconMessages size={16} aria-hidden /> {t("page.conversation")}
              </Group>
            </Anchor>
          )}
          <Fields ticket={ticket} />
        </Paper>
        <Paper component="section" withBorder p="md">
          <Heading hint={t("page.factorsHint")}>{t("page.factors")}</Heading>
          <Factors factors={ticket.factors as unknown as Factor[]} score={ticket.score} />
        </Paper>
      </Stack>
    </div>
  );
}

export function Heading({ children, hint }: { children: string; hint?: string }) {
  return (
    <div style={{ marginBottom: 10 }}>
      <Title order={2} fz="sm">
        {children}
      </Title>
      {hint !== undefined && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </div>
  );
}

function SuggestionCard({ suggestion }: { suggestion: NonNullable<TicketWithHistory["suggestion"]> }) {
  const { t } = useTranslation("tickets");
  const { percent } = useFormats();
  const { can } = useMe();
  const { article_id, title, text, confidence } = suggestion;
  return (
    <Paper component="section" withBorder p="md">
      <Heading hint={t("page.suggestionFrom", { title, confidence: percent(confidence) })}>
        {t("page.suggestion")}
      </Heading>
      <Text size="sm" className={classes.prose}>
        {text}
      </Text>
      {can("articles:read") && (
        <Anchor component={Link} to={`/articles/${article_id}`} size="sm" mt="xs" display="inline-block">
          {t("page.openArticle")}
        </Anchor>
      )}
    </Paper>
  );
}

function PageSkeleton() {
  return (
    <div className={classes.columns} aria-hidden>
      <Stack>
        <Skeleton h={160} />
        <Skeleton h={280} />
      </Stack>
      <Stack>
        <Skeleton h={320} />
        <Skeleton h={160} />
      </Stack>
    </div>
  );
}
