import { ActionIcon, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconClockPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFormats } from "../page/formats";
import { useMe } from "../session/session";
import { FailedToLoad } from "../shell/states";
import { NAMES, NetworkIcon, NetworkIcons } from "./Badges";
import { dayKey, plusDays, weeksOf } from "./days";
import { type Account, type PostItem, type Slot, useAccounts, useCalendar } from "./queries";
import classes from "./Social.module.css";

interface Entry {
  at: string;
  post: PostItem | null;
  slots: Slot[];
}

/** A month of posts, and the times the plan keeps for more. */
export function Calendar() {
  const { t, i18n } = useTranslation("social");
  const [month, setMonth] = useState(() => new Date(new Date().getFullYear(), new Date().getMonth(), 1));
  const weeks = useMemo(() => weeksOf(month), [month]);
  const start = weeks[0]?.[0] ?? month;
  const end = plusDays(start, weeks.length * 7);
  const { data, error, refetch } = useCalendar(start, end);
  const days = useMemo(() => byDay(data?.posts ?? [], data?.slots ?? []), [data]);
  const name = new Intl.DateTimeFormat(i18n.language, { month: "long", year: "numeric" }).format(month);
  const weekdays = new Intl.DateTimeFormat(i18n.language, { weekday: "short" });
  const go = (months: number) => setMonth(new Date(month.getFullYear(), month.getMonth() + months, 1));
  if (error !== null && data === undefined) {
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  return (
    <section aria-label={t("calendar.title")}>
      <Group mb="sm" gap="xs">
        <Title order={2} fz="md" className={classes.month}>
          {name}
        </Title>
        <ActionIcon aria-label={t("calendar.before")} onClick={() => go(-1)}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label={t("calendar.after")} onClick={() => go(1)}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
        <Button size="compact-xs" variant="default" onClick={() => setMonth(firstOfMonth())}>
          {t("calendar.today")}
        </Button>
      </Group>
      {data === undefined ? (
        <Skeleton h={420} aria-hidden />
      ) : (
        <div className={classes.calendar}>
          <div className={classes.weekdays} aria-hidden>
            {weeks[0]?.map((day) => (
              <Text key={day.getDay()} size="xs" c="dimmed" ta="center">
                {weekdays.format(day)}
              </Text>
            ))}
          </div>
          <ol className={classes.days}>
            {weeks.flat().map((day) => (
              <Day key={day.getTime()} day={day} month={month} entries={days.get(dayKey(day)) ?? []} />
            ))}
          </ol>
        </div>
      )}
      {data !== undefined && data.posts.length + data.slots.length === 0 && (
        <Text size="sm" c="dimmed" mt="md" ta="center">
          {t("calendar.empty")}
        </Text>
      )}
    </section>
  );
}

function firstOfMonth(): Date {
  return new Date(new Date().getFullYear(), new Date().getMonth(), 1);
}

/** What stands on each day, the earliest first: posts, and free times together where several accounts share one. */
function byDay(posts: PostItem[], slots: Slot[]): Map<string, Entry[]> {
  const entries: Entry[] = posts.map((post) => ({ at: post.publish_at ?? "", post, slots: [] }));
  const free = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.post_id !== null || Date.parse(slot.at) < Date.now()) continue;
    free.set(slot.at, [...(free.get(slot.at) ?? []), slot]);
  }
  entries.push(...[...free].map(([at, shared]) => ({ at, post: null, slots: shared })));
  entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = dayKey(entry.at);
    days.set(key, [...(days.get(key) ?? []), entry]);
  }
  return days;
}

function Day({ day, month, entries }: { day: Date; month: Date; entries: Entry[] }) {
  const { i18n } = useTranslation();
  const today = dayKey(day) === dayKey(new Date());
  const name = new Intl.DateTimeFormat(i18n.language, { dateStyle: "full" }).format(day);
  return (
    <li
      className={classes.day}
      data-other={day.getMonth() !== month.getMonth() || undefined}
      data-empty={entries.length === 0 || undefined}
      aria-label={name}
    >
      <Text size="xs" className={classes.date} data-today={today || undefined} aria-hidden>
        <span className={classes.long}>{name}</span>
        <span className={classes.short}>{day.getDate()}</span>
      </Text>
      {entries.map((entry) =>
        entry.post === null ? (
          <FreeTime key={entry.at} at={entry.at} slots={entry.slots} />
        ) : (
          <PostChip key={entry.post.id} post={entry.post} />
        ),
      )}
    </li>
  );
}

function PostChip({ post }: { post: PostItem }) {
  const { t } = useTranslation("social");
  const { time } = useFormats();
  return (
    <Link
      to={`/social/post/${post.id}`}
      className={classes.chip}
      data-status={post.status}
      title={`${t(`status.${post.status}`)}: ${post.text}`}
    >
      <span className={classes.when}>
        {time(post.publish_at ?? "")}
        <NetworkIcons publications={post.publications} size={13} />
      </span>
      <span className={classes.words}>{post.text || t(`kind.${post.kind}`)}</span>
    </Link>
  );
}

/** A time the plan keeps: one press begins a post for it. */
function FreeTime({ at, slots }: { at: string; slots: Slot[] }) {
  const { t } = useTranslation("social");
  const { time } = useFormats();
  const { can } = useMe();
  const { data: accounts } = useAccounts();
  const shared = slots
    .map((slot) => accounts?.find(({ id }) => id === slot.account_id))
    .filter((account): account is Account => account !== undefined);
  if (!can("social:write") || shared.length === 0) return null;
  const query = new URLSearchParams({ at, accounts: shared.map(({ id }) => id).join(",") });
  return (
    <Link
      to={`/social/new?${query.toString()}`}
      className={classes.free}
      aria-label={t("calendar.free", {
        at: time(at),
        where: shared.map(({ network }) => NAMES[network]).join(", "),
      })}
    >
      <IconClockPlus size={13} aria-hidden /> {time(at)}
      {shared.map(({ id, network }) => (
        <NetworkIcon key={id} network={network} size={13} />
      ))}
    </Link>
  );
}
