import { Drawer, Skeleton, Stack, Table, Text, Timeline } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useFormats } from "../page/formats";
import { FailedToLoad } from "../shell/states";
import classes from "./Alerts.module.css";
import { type Alert, useAlert } from "./queries";

/** An alert with its numbers and what became of it. */
export function AlertDrawer({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation("alerts");
  const { data, error, refetch } = useAlert(id);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      title={data?.alert.title ?? t("title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {data === undefined && error === null && <Skeleton h={260} />}
      {data === undefined && error !== null && <FailedToLoad error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <Stack>
          <Text size="sm" className={classes.text}>
            {data.alert.text}
          </Text>
          <Numbers alert={data.alert} />
          <Past alert={data.alert} changes={data.changes} />
        </Stack>
      )}
    </Drawer>
  );
}

function Numbers({ alert }: { alert: Alert }) {
  const { t } = useTranslation("alerts");
  const { dateTime } = useFormats();
  const rows: [string, string | null][] = [
    [t("numbers.measured"), alert.measured],
    [t("numbers.worst"), alert.worst],
    [t("numbers.limit"), alert.limit],
    [t("numbers.branch"), alert.branch_name],
    [t("numbers.at"), dateTime(alert.measured_at)],
  ];
  return (
    <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0}>
      <Table.Tbody>
        {rows
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th fw={400} c="dimmed">
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  );
}

type Change = NonNullable<ReturnType<typeof useAlert>["data"]>["changes"][number];

function Past({ alert, changes }: { alert: Alert; changes: Change[] }) {
  const { t } = useTranslation("alerts");
  const { dateTime } = useFormats();
  return (
    <Timeline bulletSize={14} lineWidth={2} active={changes.length}>
      <Timeline.Item title={t("past.raised")}>
        <Text size="xs" c="dimmed">
          {dateTime(alert.raised_at)}
        </Text>
      </Timeline.Item>
      {[...changes].reverse().map((change) => (
        <Timeline.Item key={`${change.at} ${change.field}`} title={titleOf(change, t)}>
          <Text size="xs" c="dimmed">
            {[dateTime(change.at), change.actor_name ?? t("itself"), reasonOf(change, t)]
              .filter((each) => each !== null)
              .join(" · ")}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

type Say = TFunction<"alerts">;

function titleOf(change: Change, t: Say): string {
  return change.field === "severity"
    ? t("past.severity", { severity: t(`severities.${String(change.new)}`) })
    : t(`past.${String(change.new)}`);
}

const REASONS: Record<string, string> = {
  over: "over",
  "no longer watched": "unwatched",
  "not acknowledged": "unacknowledged",
};

function reasonOf({ reason }: Change, t: Say): string | null {
  if (reason === null) return null;
  const known = REASONS[reason];
  return known === undefined ? `«${reason}»` : t(`reasons.${known}`);
}
