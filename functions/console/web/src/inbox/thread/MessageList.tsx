import { Button, Center, Loader, Skeleton, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "../../api/contract";
import { FailedToLoad } from "../../shell/states";
import { dayName, dayOf } from "../../time/intl";
import { useNow } from "../../time/useNow";
import classes from "../Inbox.module.css";
import type { Pending } from "../composer/outbox";
import { useOutbox, usePending } from "../composer/useOutbox";
import { useMessages } from "../queries";
import { messagesOf } from "../thread";
import { MessageBubble } from "./MessageBubble";
import { PendingBubble } from "./PendingBubble";
import { TypingLine } from "./TypingLine";
import { useDivider, useReadMark } from "./reading";
import { useThreadScroll } from "./useThreadScroll";

interface Props {
  conversation: Conversation;
  onReply: (message: Message) => void;
}

/** What was said, oldest first, with what is on its way from here below it. */
export function MessageList({ conversation, onReply }: Props) {
  const { t } = useTranslation("inbox");
  const query = useMessages(conversation.id);
  const messages = query.data === undefined ? [] : messagesOf(query.data);
  const arrived = useMemo(
    () => new Set(query.data && messagesOf(query.data).map((one) => one.client_id)),
    [query.data],
  );
  const outbox = useOutbox();
  useEffect(() => outbox.arrived(arrived), [outbox, arrived]);
  const pending = usePending(conversation.id).filter((each) => !arrived.has(each.client_id));
  const { viewport, content, top, atBottom, newer, toBottom } = useThreadScroll({
    first: messages[0]?.id,
    last: pending.at(-1)?.client_id ?? messages.at(-1)?.id,
    ownLast: pending.length > 0,
    more: query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError,
    fetchMore: () => void query.fetchNextPage(),
  });
  const divider = useDivider(conversation, messages);
  useReadMark(conversation, messages, atBottom);

  if (query.isPending) return <BubbleSkeletons />;
  if (query.isError && messages.length === 0)
    return <FailedToLoad error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className={classes.thread}>
      {/* A region that scrolls is reached by keyboard only when it can be focused. */}
      <div
        ref={viewport}
        className={classes.threadScroll}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-label={t("thread.label")}
      >
        <div ref={content} className={classes.threadContent}>
          <div ref={top}>
            {query.isFetchingNextPage && (
              <Center p="xs">
                <Loader size="xs" />
              </Center>
            )}
            {query.isFetchNextPageError && (
              <Center p="xs">
                <Button size="compact-xs" variant="light" onClick={() => void query.fetchNextPage()}>
                  {t("thread.moreFailed")}
                </Button>
              </Center>
            )}
          </div>
          {messages.map((message, index) => (
            <Placed
              key={message.id}
              message={message}
              before={messages[index - 1]}
              divider={message.id === divider}
              quoted={messages.find((each) => each.id === message.reply_to)}
              conversation={conversation}
              onReply={onReply}
            />
          ))}
          {pending.map((each: Pending) => (
            <PendingBubble key={each.client_id} pending={each} />
          ))}
          <TypingLine conversation={conversation} />
        </div>
      </div>
      {newer > 0 && (
        <Button
          className={classes.toBottom}
          size="compact-sm"
          radius="xl"
          onClick={toBottom}
          rightSection={<IconArrowDown size={14} aria-hidden />}
        >
          {t("thread.newer", { count: newer })}
        </Button>
      )}
    </div>
  );
}

interface PlacedProps {
  message: Message;
  before: Message | undefined;
  divider: boolean;
  quoted: Message | undefined;
  conversation: Conversation;
  onReply: (message: Message) => void;
}

/** A message with what stands above it: its day when that is new, the line between read and new. */
function Placed({ message, before, divider, quoted, conversation, onReply }: PlacedProps) {
  const { t, i18n } = useTranslation("inbox");
  const now = useNow();
  const newDay = before === undefined || dayOf(before.at) !== dayOf(message.at);
  return (
    <>
      {newDay && (
        <div className={classes.day} role="separator">
          <Text size="xs" c="dimmed" fw={600}>
            {dayName(message.at, now, i18n.language)}
          </Text>
        </div>
      )}
      {divider && (
        <div className={classes.newLine} role="separator">
          {t("thread.new")}
        </div>
      )}
      <MessageBubble
        message={message}
        quoted={quoted}
        conversation={conversation}
        continues={!newDay && !divider && follows(before, message)}
        onReply={onReply}
      />
    </>
  );
}

const TOGETHER_MS = 5 * 60_000;

/** True where a message goes on with what the same author said just before. */
function follows(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.direction === message.direction &&
    before.author.kind === message.author.kind &&
    before.author.agent?.id === message.author.agent?.id &&
    Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS
  );
}

function BubbleSkeletons() {
  return (
    <div className={classes.thread} aria-busy="true">
      <div className={classes.threadScroll}>
        <div className={classes.threadContent}>
          {[52, 38, 64, 44, 58].map((width, index) => (
            <Skeleton
              key={width}
              height={44}
              width={`${String(width)}%`}
              radius="md"
              my={6}
              style={{ alignSelf: index % 2 === 0 ? "flex-start" : "flex-end" }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
