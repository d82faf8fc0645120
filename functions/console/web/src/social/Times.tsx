import { Group, Select, Skeleton, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconChartHistogram } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../page/formats";
import { Empty, FailedToLoad } from "../shell/states";
import { NAMES } from "./Badges";
import { type PostItem, type Timing, useAccounts, useBestTimes } from "./queries";
import classes from "./Social.module.css";

const KINDS: PostItem["kind"][] = ["image", "carousel", "video"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 7 }, (_, day) => day);
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** When an account's posts are seen: each hour of the week against its ordinary one, and what that rests on. */
export function Times() {
  const { t } = useTranslation("social");
  const { data: accounts, error, refetch } = useAccounts();
  const [chosen, setChosen] = useState<string | null>(null);
  const [kind, setKind] = useState<PostItem["kind"] | null>(null);
  const account = chosen ?? accounts?.[0]?.id ?? null;
  if (accounts === undefined) {
    return error === null ? (
      <Skeleton h={260} aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  if (accounts.length === 0) {
    return (
      <Empty
        icon={<IconChartHistogram size={22} aria-hidden />}
        title={t("accounts.empty")}
        hint={t("accounts.emptyHint")}
      />
    );
  }
  return (
    <section aria-label={t("tabs.times")}>
      <Group mb="md" gap="sm">
        <Select
          size="xs"
          label={t("times.account")}
          allowDeselect={false}
          data={accounts.map(({ id, name, network }) => ({ value: id, label: `${NAMES[network]} ${name}` }))}
          value={account}
          onChange={setChosen}
        />
        <Select
          size="xs"
          label={t("times.kind")}
          placeholder={t("times.every")}
          clearable
          data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value as PostItem["kind"] | null)}
        />
      </Group>
      <Heat account={account} kind={kind} />
    </section>
  );
}

function Heat({ account, kind }: { account: string | null; kind: PostItem["kind"] | null }) {
  const { t, i18n } = useTranslation("social");
  const { decimal } = useFormats();
  const { data, error, refetch } = useBestTimes(account, kind);
  const cells = useMemo(
    () =>
      new Map(
        (data?.items ?? []).map((item) => [`${item.weekday.toString()} ${item.hour.toString()}`, item]),
      ),
    [data],
  );
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={230} aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" });
  const best = [...data.items].sort((a, b) => b.lift - a.lift)[0];
  const strongest = Math.max(...data.items.map(({ lift }) => Math.abs(Math.log(lift))), 0.01);
  const named = (day: number) => weekday.format(MONDAY + day * DAY_MS);
  return (
    <>
      {best !== undefined && (
        <Text size="sm" mb="sm">
          {t("times.best", {
            day: named(best.weekday),
            hour: best.hour,
            lift: decimal((best.lift - 1) * 100),
            zone: data.timezone,
          })}
        </Text>
      )}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so a keyboard must reach it */}
      <div className={classes.heat} tabIndex={0} role="group" aria-label={t("tabs.times")}>
        <table>
          <thead>
            <tr>
              <th aria-label={t("times.day")} />
              {HOURS.map((hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {DAYS.map((day) => (
              <tr key={day}>
                <th scope="row">{named(day)}</th>
                {HOURS.map((hour) => {
                  const cell = cells.get(`${day.toString()} ${hour.toString()}`);
                  const lift = cell?.lift ?? 1;
                  const label = t("times.cell", {
                    day: named(day),
                    hour,
                    lift: decimal((lift - 1) * 100),
                    count: cell?.posts ?? 0,
                  });
                  return (
                    <Tooltip key={hour} label={label}>
                      <td className={classes.hour} style={{ background: shade(Math.log(lift) / strongest) }}>
                        <VisuallyHidden>{label}</VisuallyHidden>
                      </td>
                    </Tooltip>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text size="xs" c="dimmed" mt="sm">
        {data.timing === null || data.timing.posts === 0
          ? t("times.believed")
          : t(`times.learned.${data.timing.method}`, { count: data.timing.posts })}{" "}
        <Errors timing={data.timing} />
      </Text>
    </>
  );
}

/** How well the newest posts would have been foretold, against the plain mean. */
function Errors({ timing }: { timing: Timing | null }) {
  const { t } = useTranslation("social");
  const error = timing?.error ?? null;
  const naive = timing?.naive_error ?? null;
  if (error === null || naive === null) return null;
  return <>{t("times.error", { error: error.toFixed(2), naive: naive.toFixed(2) })}</>;
}

/** From -1 to 1: grey below the ordinary hour, the accent's colour above it. */
function shade(strength: number): string {
  const part = Math.round(Math.abs(strength) * 85);
  const colour = strength > 0 ? "var(--mantine-color-teal-6)" : "var(--mantine-color-gray-6)";
  return `color-mix(in srgb, ${colour} ${part.toString()}%, transparent)`;
}
