import { Anchor, Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Conversation, Priority } from "../../api/contract";
import type { Factor, TicketStatus } from "../../api/desk";
import { PriorityBadge, StatusBadge } from "../../tickets/Badges";
import { Factors } from "../../tickets/Factors";
import { SlaClock } from "../../tickets/SlaClock";
import { useCategoryName } from "../../tickets/words";
import { RelativeTime } from "../../time/Times";
import classes from "../Inbox.module.css";
import { Fact, Section } from "./Section";

export function TicketSection({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation(["inbox", "tickets"]);
  const categoryName = useCategoryName();
  const { ticket } = conversation;
  if (ticket === null)
    return (
      <Section title={t("ticket.title")}>
        <Text size="sm" c="dimmed">
          {t("ticket.none")}
        </Text>
      </Section>
    );
  return (
    <Section
      title={t("ticket.title")}
      aside={
        <Anchor component={Link} to={`/tickets/${ticket.id}`} size="sm">
          #{ticket.number}
        </Anchor>
      }
    >
      <Text size="sm" fw={500} mb={6}>
        {ticket.subject}
      </Text>
      <Group gap={6} mb="sm">
        <StatusBadge status={ticket.status as TicketStatus} />
        <PriorityBadge priority={ticket.priority as Priority | null} score={ticket.score} />
        {ticket.sla !== null && <SlaClock sla={ticket.sla} named />}
      </Group>
      <dl className={classes.facts}>
        <Fact name={t("ticket.agent")}>{ticket.agent?.name ?? t("tickets:unassigned")}</Fact>
        <Fact name={t("ticket.category")}>{ticket.category && categoryName(ticket.category)}</Fact>
        <Fact name={t("ticket.opened")}>
          <RelativeTime at={ticket.created_at} />
        </Fact>
        <Fact name={t("ticket.firstResponse")}>
          {ticket.first_response_at !== null && <RelativeTime at={ticket.first_response_at} />}
        </Fact>
        <Fact name={t("ticket.tags")}>
          {ticket.tags.length > 0 && (
            <Group gap={4}>
              {ticket.tags.map((tag) => (
                <Badge key={tag} size="sm" variant="outline" color="gray" tt="none" fw={500}>
                  {categoryName(tag)}
                </Badge>
              ))}
            </Group>
          )}
        </Fact>
      </dl>
      {ticket.factors.length > 0 && (
        <details className={classes.fold}>
          <summary>{t("ticket.factors")}</summary>
          <Factors factors={ticket.factors as unknown as Factor[]} score={ticket.score} />
        </details>
      )}
    </Section>
  );
}
