import { ActionIcon, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconClockPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMe } from "../session/session";
import { FailedToLoad } from "../shell/states";
import { NAMES, NetworkIcon, NetworkIcons } from "./Badges";
import { type Day, dayKey, instantOf, monthOf, noonOf, weeksOf } from "./days";
import { type Account, type PostItem, type Slot, useAccounts, useCalendar, useZone } from "./queries";
import classes from "./Social.module.css";
import { usePlanTimes } from "./zone";

interface Entry {
  at: string;
  post: PostItem | null;
  slots: Slot[];
}

const DAY_MS = 86_400_000;

/** A month of posts by the company's clock, and the times the plan keeps for more. */
export function Calendar() {
  const { t, i18n } = useTranslation("social");
  const zone = useZone();
  const [moved, setMoved] = useState(0);
  const [now] = useState(() => new Date());
  const weeks = useMemo(() => {
    const { year, month } = monthOf(now, zone);
    const shown = new Date(Date.UTC(year, month + moved, 1));
    return weeksOf(shown.getUTCFullYear(), shown.getUTCMonth());
  }, [now, zone, moved]);
  const middle = weeks[1]?.[0] ?? { year: 2026, month: 0, day: 1 };
  const { data, error, refetch } = useCalendar(...rangeOf(weeks, zone));
  const days = useMemo(() => byDay(data?.posts ?? [], data?.slots ?? [], now, zone), [data, now, zone]);
  const name = new Intl.DateTimeFormat(i18n.language, { month: "long", year: "numeric", timeZone: "UTC" });
  const weekdays = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" });
  if (error !== null && data === undefined) {
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  return (
    <section aria-label={t("calendar.title")}>
      <Group mb="sm" gap="xs">
        <Title order={2} fz="md" className={classes.capital}>
          {name.format(noonOf(middle))}
        </Title>
        <ActionIcon aria-label={t("calendar.before")} onClick={() => setMoved(moved - 1)}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label={t("calendar.after")} onClick={() => setMoved(moved + 1)}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
        <Button size="compact-xs" variant="default" onClick={() => setMoved(0)}>
          {t("calendar.today")}
        </Button>
        <Text size="xs" c="dimmed">
          {zone}
        </Text>
      </Group>
      {data === undefined ? (
        <Skeleton h={420} aria-hidden />
      ) : (
        <div>
          <div className={classes.weekdays} aria-hidden>
            {weeks[0]?.map((day) => (
              <Text key={day.day} size="xs" c="dimmed" ta="center">
                {weekdays.format(noonOf(day))}
              </Text>
            ))}
          </div>
          <ol className={classes.days}>
            {weeks.flat().map((day) => (
              <Cell
                key={dayKey(day)}
                day={day}
                other={day.month !== middle.month}
                today={dayKey(day) === dayKey(now.toISOString(), zone)}
                entries={days.get(dayKey(day)) ?? []}
              />
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

/** From the first day's midnight to the end of the last, by the zone's clock. */
function rangeOf(weeks: Day[][], zone?: string): [Date, Date] {
  const midnight = (day: Day | undefined) =>
    instantOf(
      `${noonOf(day ?? { year: 2026, month: 0, day: 1 })
        .toISOString()
        .slice(0, 10)}T00:00`,
      zone,
    );
  const last = midnight(weeks.at(-1)?.at(-1));
  return [midnight(weeks[0]?.[0]), new Date(last.getTime() + DAY_MS)];
}

/** What stands on each day, the earliest first: posts, and free times together where several accounts share one. */
function byDay(posts: PostItem[], slots: Slot[], now: Date, zone?: string): Map<string, Entry[]> {
  const entries: Entry[] = posts.map((post) => ({ at: post.publish_at ?? "", post, slots: [] }));
  const free = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.post_id !== null || Date.parse(slot.at) < now.getTime()) continue;
    free.set(slot.at, [...(free.get(slot.at) ?? []), slot]);
  }
  entries.push(...[...free].map(([at, shared]) => ({ at, post: null, slots: shared })));
  entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = dayKey(entry.at, zone);
    days.set(key, [...(days.get(key) ?? []), entry]);
  }
  return days;
}

interface CellProps {
  day: Day;
  /** Of the month before or after. */
  other: boolean;
  today: boolean;
  entries: Entry[];
}

function Cell({ day, other, today, entries }: CellProps) {
  const { i18n } = useTranslation();
  const name = new Intl.DateTimeFormat(i18n.language, { dateStyle: "full", timeZone: "UTC" }).format(
    noonOf(day),
  );
  return (
    <li
      className={classes.day}
      data-other={other || undefined}
      data-empty={entries.length === 0 || undefined}
      aria-label={name}
    >
      <Text size="xs" component="div" className={classes.date} data-today={today || undefined} aria-hidden>
        <span className={classes.long}>{name}</span>
        <span className={classes.short}>{day.day}</span>
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
  const { time } = usePlanTimes();
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
  const { time } = usePlanTimes();
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
