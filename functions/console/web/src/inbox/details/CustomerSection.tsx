import { Avatar, Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import type { Conversation } from "../../api/contract";
import { RelativeTime } from "../../time/Times";
import { ChannelIcon, channelName } from "../channels";
import classes from "../Inbox.module.css";
import { Fact, Section } from "./Section";

const TIER_COLORS: Record<string, string> = { vip: "grape", enterprise: "indigo", frequent: "teal" };

export function CustomerSection({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation(["inbox", "tickets", "page"]);
  const { customer } = conversation;
  return (
    <Section title={t("customer.title")}>
      <Group gap="sm" wrap="nowrap" mb="sm">
        <Avatar name={customer.name} color="initials" size={42} radius="xl" />
        <div style={{ minWidth: 0 }}>
          <Text fw={600} truncate>
            {customer.name}
          </Text>
          <Badge size="sm" variant="light" color={TIER_COLORS[customer.tier] ?? "gray"} tt="none">
            {t(`tickets:tiers.${customer.tier}`, { defaultValue: customer.tier })}
          </Badge>
        </div>
      </Group>
      <dl className={classes.facts}>
        <Fact name={t("customer.phone")}>{customer.phone}</Fact>
        <Fact name={t("customer.email")}>{customer.email}</Fact>
        <Fact name={t("customer.company")}>{customer.company}</Fact>
        <Fact name={t("customer.language")}>
          {customer.language === null
            ? null
            : t(`page:languages.${customer.language}`, { defaultValue: customer.language })}
        </Fact>
        <Fact name={t("customer.since")}>
          <RelativeTime at={customer.created_at} />
        </Fact>
        <Fact name={t("customer.writesTo")}>
          {[conversation.account.display_number, conversation.branch?.name].filter(Boolean).join(" · ")}
        </Fact>
        <Fact name={t("customer.identities")}>
          <ul className={classes.plainList}>
            {customer.identities.map((identity, index) => (
              <li key={index}>
                <ChannelIcon channel={identity.channel} /> {nameOf(identity)}
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
      <AttendedBy conversation={conversation} />
      <Previous conversation={conversation} />
    </Section>
  );
}

function AttendedBy({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const { attended_by: agents } = conversation.customer;
  if (agents.length === 0) return null;
  return (
    <>
      <Text className={classes.subTitle}>{t("customer.attendedBy")}</Text>
      <ul className={classes.plainList}>
        {agents.map(({ agent, last_at, conversations }) => (
          <li key={agent.id}>
            <Text span size="sm">
              {agent.name}
            </Text>{" "}
            <Text span size="xs" c="dimmed">
              {t("customer.conversations", { count: conversations })} · <RelativeTime at={last_at} />
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}

function Previous({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const { search } = useLocation();
  const { previous } = conversation.customer;
  if (previous.length === 0) return null;
  return (
    <>
      <Text className={classes.subTitle}>{t("customer.previous")}</Text>
      <ul className={classes.plainList}>
        {previous.map((one) => (
          <li key={one.id}>
            <Link className={classes.previous} to={`/inbox/${one.id}${search}`}>
              <ChannelIcon channel={one.channel} />
              <Text span size="sm" truncate flex={1}>
                {one.last_text ?? t("kinds.other")}
              </Text>
              <Text span size="xs" c="dimmed">
                <RelativeTime at={one.closed_at ?? one.opened_at} />
              </Text>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

type Identity = Conversation["customer"]["identities"][number];

function nameOf({ channel, profile_name, username, phone }: Identity): string {
  const told = new Set([profile_name, username ?? phone].filter((each) => each !== null && each !== ""));
  return [...told].join(" · ") || channelName(channel);
}
