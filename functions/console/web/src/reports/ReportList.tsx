import { Box, Button, Group, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconCalendarRepeat, IconPlus, IconReportAnalytics } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import linked from "../page/LinkedRows.module.css";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { RelativeTime } from "../time/Times";
import { NewReport } from "./NewReport";
import { KINDS, type ReportItem, type ReportKind, useReports } from "./queries";
import { State } from "./State";
import { Subscriptions } from "./Subscriptions";

export function ReportList() {
  const { t } = useTranslation(["reports", "page"]);
  const { can } = useMe();
  const navigate = useNavigate();
  const [kind, setKind] = useState<ReportKind | null>(null);
  const [open, setOpen] = useState<"new" | "scheduled" | null>(null);
  const found = useReports(kind);
  const reports = found.data?.pages.flatMap((page) => page.items);
  const ask = (
    <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpen("new")}>
      {t("new")}
    </Button>
  );
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <>
          <Select
            size="xs"
            w={170}
            aria-label={t("kind")}
            placeholder={t("allKinds")}
            data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
            value={kind}
            onChange={(value) => setKind(value as ReportKind | null)}
            clearable
          />
          {can("settings:manage") && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconCalendarRepeat size={14} aria-hidden />}
              onClick={() => setOpen("scheduled")}
            >
              {t("scheduled.open")}
            </Button>
          )}
          {can("reports:write") && ask}
        </>
      }
    >
      {reports === undefined && found.error !== null && (
        <FailedToLoad error={found.error} retry={() => void found.refetch()} />
      )}
      {reports === undefined && found.error === null && <RowSkeletons />}
      {reports?.length === 0 && (
        <Empty
          icon={<IconReportAnalytics size={22} aria-hidden />}
          title={t("empty.title")}
          hint={t(can("reports:write") ? "empty.hint" : "empty.readHint")}
        />
      )}
      {reports !== undefined && reports.length > 0 && <List reports={reports} />}
      {found.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="light"
            size="xs"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("page:loadMore")}
          </Button>
        </Group>
      )}
      {open === "scheduled" && <Subscriptions close={() => setOpen(null)} />}
      {open === "new" && (
        <NewReport close={() => setOpen(null)} made={(id) => void navigate(`/reports/${id}`)} />
      )}
    </Page>
  );
}

function List({ reports }: { reports: ReportItem[] }) {
  const { t } = useTranslation("reports");
  return (
    <div className={linked.list}>
      <Table verticalSpacing={9} horizontalSpacing="md">
        <Table.Thead className={linked.wide}>
          <Table.Tr>
            {["report", "state", "by", "made"].map((column) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550}>
                {t(`columns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reports.map((report) => (
            <Row key={report.id} report={report} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ report }: { report: ReportItem }) {
  const { t } = useTranslation("reports");
  const { day } = useFormats();
  // Noon of the day, whatever the zone of the browser.
  const days = [report.first, report.last].map((each) => day(`${each}T12:00:00`));
  return (
    <Table.Tr className={linked.row}>
      <Table.Td>
        <Link to={`/reports/${report.id}`} className={linked.link}>
          {t(`kinds.${report.kind}`)}
        </Link>
        <Text size="xs" c="dimmed">
          {report.first === report.last ? days[0] : t("days", { first: days[0], last: days[1] })}
        </Text>
        <Box mt={6} className={linked.narrow}>
          <State report={report} />
        </Box>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <State report={report} />
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="sm">
          {report.requested_by === "schedule" ? t("bySchedule") : (report.requested_by_name ?? "—")}
        </Text>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime at={report.created_at} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

function RowSkeletons() {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: 6 }, (_, place) => (
        <Skeleton key={place} h={48} />
      ))}
    </Stack>
  );
}
