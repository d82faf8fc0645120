import { Avatar, Badge } from "@mantine/core";
import { IconClockHour4, IconNote } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ConversationItem, LastMessage, Priority } from "../../api/contract";
import { useUnsent } from "../composer/useOutbox";
import { useTyping } from "../../realtime/useLive";
import { PRIORITY_COLORS } from "../../tickets/words";
import { useMe } from "../../session/session";
import { dateTime, duration, listTime } from "../../time/intl";
import { useNow } from "../../time/useNow";
import { ChannelIcon } from "../channels";
import classes from "../Inbox.module.css";
import { OwnerBadge } from "../ownership/OwnerBadge";
import { Ticks } from "../thread/Ticks";

export const ROW_HEIGHT = 86;

interface Props {
  item: ConversationItem;
  open: boolean;
  /** The filters in the address, which opening keeps. */
  search: string;
}

export const ConversationRow = memo(function ConversationRow({ item, open, search }: Props) {
  const { t, i18n } = useTranslation(["inbox", "tickets"]);
  const now = useNow();
  const typing = useTyping(item.id);
  const unsent = useUnsent(item.id);
  const priority = (item.ticket?.priority ?? null) as Priority | null;
  return (
    <Link
      to={`/inbox/${item.id}${search}`}
      className={`mantine-focus-auto ${classes.row}`}
      aria-current={open || undefined}
      data-unread={item.unread > 0 || undefined}
      data-conversation={item.id}
    >
      <div className={classes.face}>
        <Avatar name={item.customer.name} color="initials" size={36} radius="xl" />
        <span className={classes.channel}>
          <ChannelIcon channel={item.channel} />
        </span>
      </div>
      <div className={classes.rowBody}>
        <div className={classes.rowLine}>
          <span className={classes.rowName}>{item.customer.name}</span>
          <time
            className={classes.rowTime}
            dateTime={item.last_message_at}
            title={dateTime(item.last_message_at, i18n.language)}
          >
            {listTime(item.last_message_at, now, i18n.language)}
          </time>
        </div>
        <div className={classes.rowLine}>
          <span className={classes.preview}>
            {typing ? (
              <em className={classes.typing}>{t("typing.someone")}</em>
            ) : (
              <Preview message={item.last_message} />
            )}
          </span>
          {item.unread > 0 && (
            <Badge
              circle={item.unread < 10}
              size="sm"
              variant="filled"
              aria-label={t("list.unread", { count: item.unread })}
            >
              {item.unread > 98 ? "99+" : item.unread}
            </Badge>
          )}
        </div>
        <div className={classes.rowLine}>
          <OwnerBadge owner={item.owner} state={item.state} size="xs" />
          {unsent && (
            <Badge size="xs" variant="filled" color="red" tt="none" fw={500}>
              {t("list.unsent")}
            </Badge>
          )}
          {priority !== null && (
            <Badge size="xs" variant="dot" color={PRIORITY_COLORS[priority]} tt="none" fw={500}>
              {t(`tickets:priorities.${priority}`)}
            </Badge>
          )}
          {item.waiting_since !== null && <Waits ms={now - Date.parse(item.waiting_since)} />}
        </div>
      </div>
    </Link>
  );
});

/** How long the customer has waited, in whole minutes. */
function Waits({ ms }: { ms: number }) {
  const { t } = useTranslation("inbox");
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  return (
    <span className={classes.waits} title={t("list.waits")} data-long={minutes >= 15 || undefined}>
      <IconClockHour4 size={12} aria-hidden /> {duration(minutes * 60_000)}
    </span>
  );
}

function Preview({ message }: { message: LastMessage | null }) {
  const { t } = useTranslation("inbox");
  const { me } = useMe();
  if (message === null) return <>{t("list.noMessages")}</>;
  const mine = message.agent !== null && message.agent.id === me.agent?.id;
  const from =
    message.author === "customer"
      ? null
      : mine
        ? t("author.you")
        : (message.agent?.name ?? t(`author.${message.author}`));
  return (
    <>
      {from !== null &&
        (message.kind === "note" ? <IconNote size={12} aria-hidden /> : <Ticks status={message.status} />)}
      {from !== null && `${from}: `}
      {message.text ?? t(`kinds.${message.kind}`, { defaultValue: t("kinds.other") })}
    </>
  );
}
