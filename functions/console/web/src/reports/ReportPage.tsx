import { ActionIcon, Alert, Button, Menu, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconChevronDown, IconDownload, IconReportOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiProblem } from "../api/client";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { tellFailure } from "../page/tell";
import { Empty, FailedToLoad } from "../shell/states";
import { isGoingOn, openFile, type Report, type ReportFile, useReport } from "./queries";
import { Reading } from "./Reading";
import classes from "./Reports.module.css";

export function ReportPage({ id }: { id: string }) {
  const { t } = useTranslation(["reports", "page"]);
  const { dateTime } = useFormats();
  const { data: report, error, refetch } = useReport(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconReportOff size={22} aria-hidden />} title={t("notFound")} />;
  }
  if (report === undefined && error !== null) {
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  const document = report?.document ?? null;
  return (
    <Page
      before={
        <ActionIcon component={Link} to="/reports" variant="subtle" color="gray" aria-label={t("page:back")}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
      }
      title={report === undefined ? <Skeleton h={22} w={220} /> : t(`kinds.${report.kind}`)}
      subtitle={
        document === null
          ? "\u00a0"
          : `${document.period.text} · ${t("made", { at: dateTime(document.made_at) })}`
      }
      actions={report !== undefined && report.files.length > 0 && <Files report={report} />}
    >
      <Body report={report} />
    </Page>
  );
}

function Body({ report }: { report: Report | undefined }) {
  const { t } = useTranslation("reports");
  if (report === undefined) return <Waiting />;
  if (isGoingOn(report)) return <Making report={report} />;
  if (report.document !== null) return <Reading document={report.document} />;
  return (
    <Alert color="red" title={t("failed")} maw={640}>
      {report.error}
    </Alert>
  );
}

const ROWS: ReportFile[] = ["tickets", "contacts", "ratings", "models"];

function Files({ report }: { report: Report }) {
  const { t } = useTranslation("reports");
  const open = (name: ReportFile) => void openFile(report.id, name).catch(tellFailure);
  const there = (name: ReportFile) => report.files.includes(name);
  return (
    <Button.Group>
      <Button size="xs" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => open("pdf")}>
        {t("files.pdf")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" px={8} aria-label={t("files.more")} className={classes.beside}>
            <IconChevronDown size={14} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("files.rows")}</Menu.Label>
          {ROWS.filter(there).map((name) => (
            <Menu.Item key={name} onClick={() => open(name)}>
              {t(`files.${name}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {(["html", "json"] as const).filter(there).map((name) => (
            <Menu.Item key={name} onClick={() => open(name)}>
              {t(`files.${name}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}

function Making({ report }: { report: Report }) {
  const { t } = useTranslation("reports");
  return (
    <Stack maw={420} mx="auto" mt={80} gap="sm" role="status">
      <Text ta="center">{t(report.stage === null ? "states.queued" : `stages.${report.stage}`)}</Text>
      <Progress value={Math.max(4, report.progress)} animated aria-label={t("progress")} />
      <Text size="sm" c="dimmed" ta="center">
        {t("leave")}
      </Text>
    </Stack>
  );
}

function Waiting() {
  return (
    <Stack aria-hidden>
      <Skeleton h={70} />
      <Skeleton h={200} />
      <Skeleton h={260} />
    </Stack>
  );
}
