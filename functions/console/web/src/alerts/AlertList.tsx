import { Button, Group, Select, Skeleton, Stack } from "@mantine/core";
import { IconBellCheck, IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { optionsOf } from "../people/changes";
import { useBranches } from "../people/lists";
import { Empty, FailedToLoad } from "../shell/states";
import { AlertDrawer } from "./AlertDrawer";
import { AlertRow } from "./AlertRow";
import classes from "./Alerts.module.css";
import { type AlertPage, type Severity, useAlertList } from "./queries";
import { COLORS, SEVERITIES } from "./severities";

const PAGE = 25;
type Shown = "open" | "resolved";

/** Alerts of one's branches, narrowed to a severity or a branch. */
export function AlertList({ shown }: { shown: Shown }) {
  const [severity, setSeverity] = useState<Severity | null>(null);
  const [branch, setBranch] = useState<string | null>(null);
  const query = useAlertList({
    shown,
    limit: PAGE,
    ...(severity !== null && { severity }),
    ...(branch !== null && { branch }),
  });
  const { data, error, refetch } = query;
  return (
    <>
      <Narrowing
        open={shown === "open" ? data?.pages[0]?.open : undefined}
        {...{ severity, setSeverity, branch, setBranch }}
      />
      {data === undefined && error === null && <Skeletons />}
      {data === undefined && error !== null && <FailedToLoad error={error} retry={() => void refetch()} />}
      {data?.pages[0]?.items.length === 0 && (
        <Nothing shown={shown} narrowed={severity !== null || branch !== null} />
      )}
      <Found query={query} />
    </>
  );
}

function Found({ query }: { query: ReturnType<typeof useAlertList> }) {
  const { t } = useTranslation("page");
  const [looked, setLooked] = useState<string | null>(null);
  const alerts = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <ul className={classes.list}>
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} look={() => setLooked(alert.id)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          mt="sm"
          fullWidth
          variant="subtle"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("loadMore")}
        </Button>
      )}
      {looked !== null && <AlertDrawer id={looked} close={() => setLooked(null)} />}
    </>
  );
}

interface NarrowingProps {
  open: AlertPage["open"] | undefined;
  severity: Severity | null;
  setSeverity: (severity: Severity | null) => void;
  branch: string | null;
  setBranch: (branch: string | null) => void;
}

function Narrowing({ open, severity, setSeverity, branch, setBranch }: NarrowingProps) {
  const { t } = useTranslation(["alerts", "page"]);
  const branches = useBranches().data ?? [];
  return (
    <Group mb="md" justify="space-between" gap="xs">
      <div className={classes.severities} role="group" aria-label={t("severity")}>
        {SEVERITIES.map((each) => {
          const chosen = severity === each;
          const count = open?.[each];
          return (
            <Button
              key={each}
              size="compact-sm"
              variant={chosen ? "filled" : "light"}
              color={chosen ? undefined : COLORS[each]}
              aria-pressed={chosen}
              onClick={() => setSeverity(chosen ? null : each)}
            >
              {count === undefined
                ? t(`severities.${each}`)
                : `${t(`severities.${each}`)} · ${String(count)}`}
            </Button>
          );
        })}
      </div>
      {branches.length > 1 && (
        <Select
          size="xs"
          w={180}
          aria-label={t("page:branch")}
          placeholder={t("page:allBranches")}
          data={optionsOf(branches)}
          value={branch}
          onChange={setBranch}
          clearable
        />
      )}
    </Group>
  );
}

function Nothing({ shown, narrowed }: { shown: Shown; narrowed: boolean }) {
  const { t } = useTranslation("alerts");
  if (narrowed) return <Empty title={t("none.narrowed")} />;
  const Icon = shown === "open" ? IconBellCheck : IconHistory;
  return (
    <Empty icon={<Icon size={22} aria-hidden />} title={t(`none.${shown}`)} hint={t(`none.${shown}Hint`)} />
  );
}

function Skeletons() {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: 5 }, (_, place) => (
        <Skeleton key={place} h={86} radius="md" />
      ))}
    </Stack>
  );
}
