import { ActionIcon, Anchor, Text, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconBook2, IconDeviceMobile, IconLock, IconRobot } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Conversation, Message } from "../../api/contract";
import { useMe } from "../../session/session";
import { clockTime, dateTime } from "../../time/intl";
import classes from "../Inbox.module.css";
import { Attachments } from "./Attachments";
import { Explanation } from "./Explanation";
import { FailedSend } from "./FailedSend";
import { Ticks } from "./Ticks";
import { Marked } from "./Marked";
import { Buttons, Paper } from "./Sent";

interface Props {
  message: Message;
  quoted: Message | undefined;
  conversation: Conversation;
  /** Goes on with what the same author said just before: the name is not repeated. */
  continues: boolean;
  onReply: (message: Message) => void;
}

export const MessageBubble = memo(function MessageBubble({
  message,
  quoted,
  conversation,
  continues,
  onReply,
}: Props) {
  const { t, i18n } = useTranslation("inbox");
  const replies = message.direction !== "note" && message.deleted_at === null;
  return (
    <article
      id={`message-${message.id}`}
      className={classes.bubbleRow}
      data-direction={message.direction}
      data-author={message.author.kind}
      data-continues={continues || undefined}
    >
      <div className={classes.bubble}>
        {!continues && <AuthorLine message={message} customer={conversation.customer.name} />}
        {message.reply_to !== null && <Quote message={quoted} />}
        <Attachments message={message} />
        <Paper message={message} />
        <Body message={message} />
        <Buttons message={message} />
        <Sources message={message} />
        <footer className={classes.bubbleFoot}>
          {message.edited_at !== null && <span>{t("message.edited")}</span>}
          <time dateTime={message.at} title={dateTime(message.at, i18n.language)}>
            {clockTime(message.at, i18n.language)}
          </time>
          {message.direction === "out" && <Ticks status={message.status} />}
        </footer>
        <ReadBy message={message} />
      </div>
      <div className={classes.bubbleTools}>
        {replies && (
          <Tooltip label={t("message.reply")}>
            <ActionIcon size="sm" aria-label={t("message.reply")} onClick={() => onReply(message)}>
              <IconArrowBackUp size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        <Explanation message={message} />
      </div>
      {(message.status === "failed" || message.status === "unknown") && <FailedSend message={message} />}
    </article>
  );
});

function AuthorLine({ message, customer }: { message: Message; customer: string }) {
  const { t } = useTranslation("inbox");
  const { me } = useMe();
  const { kind, agent, name: told } = message.author;
  const mine = agent !== null && agent.id === me.agent?.id;
  const name = mine ? t("author.you") : (told ?? t("author.agent"));
  const words = {
    customer,
    bot: t("author.bot"),
    phone: t("author.phone"),
    agent:
      message.direction === "note" ? (mine ? t("message.noteByYou") : t("message.noteBy", { name })) : name,
  };
  const Icon =
    message.direction === "note"
      ? IconLock
      : { customer: null, bot: IconRobot, phone: IconDeviceMobile, agent: null }[kind];
  return (
    <Text component="header" size="xs" fw={600} className={classes.author}>
      {Icon !== null && <Icon size={13} aria-hidden />} {words[kind]}
    </Text>
  );
}

function Body({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  if (message.deleted_at !== null)
    return (
      <Text size="sm" fs="italic" c="dimmed">
        {t("message.deleted")}
      </Text>
    );
  if (message.text === null || message.text === "")
    return message.attachments.length > 0 ? null : (
      <Text size="sm" fs="italic">
        {t(`kinds.${message.kind}`, { defaultValue: t("kinds.other") })}
      </Text>
    );
  return (
    <div className={classes.text}>
      <Marked text={message.text} />
    </div>
  );
}

function Quote({ message }: { message: Message | undefined }) {
  const { t } = useTranslation("inbox");
  if (message === undefined)
    return (
      <div className={classes.quote}>
        <Text size="xs">{t("message.earlier")}</Text>
      </div>
    );
  return (
    <a className={classes.quote} href={`#message-${message.id}`}>
      <Text size="xs" lineClamp={2}>
        {message.text ?? t(`kinds.${message.kind}`, { defaultValue: t("kinds.other") })}
      </Text>
    </a>
  );
}

interface Source {
  id: string;
  title: string;
}

/** The articles that the bot's answer rests on. */
function Sources({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const { can } = useMe();
  const sources = (message.content?.articles ?? []) as Source[];
  if (message.author.kind !== "bot" || sources.length === 0) return null;
  return (
    <ul className={classes.sources} aria-label={t("message.sources")}>
      {sources.map((source) => (
        <li key={source.id}>
          <IconBook2 size={13} aria-hidden />{" "}
          {can("articles:read") ? (
            <Anchor component={Link} to={`/articles/${source.id}`} size="xs">
              {source.title}
            </Anchor>
          ) : (
            <Text span size="xs">
              {source.title}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function ReadBy({ message }: { message: Message }) {
  const { t, i18n } = useTranslation("inbox");
  if (message.direction !== "note" || message.read_by.length === 0) return null;
  const names = message.read_by.map((one) => one.user.name).join(", ");
  const times = message.read_by
    .map((one) => `${one.user.name}, ${dateTime(one.at, i18n.language)}`)
    .join("\n");
  return (
    <Text size="xs" c="dimmed" title={times}>
      {t("message.readBy", { names })}
    </Text>
  );
}
