import { Badge, Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isGoingOn, type ReportItem } from "./queries";

const COLORS: Record<ReportItem["state"], string> = {
  queued: "gray",
  running: "blue",
  ready: "teal",
  failed: "red",
};

/** How far a report is: a bar while it is made, then what became of it. */
export function State({ report }: { report: ReportItem }) {
  const { t } = useTranslation("reports");
  if (!isGoingOn(report)) {
    return (
      <Badge variant="light" color={COLORS[report.state]} miw="max-content">
        {t(`states.${report.state}`)}
      </Badge>
    );
  }
  const step = report.stage === null ? t("states.queued") : t(`stages.${report.stage}`);
  return (
    <Group gap={8} wrap="nowrap" role="status">
      <Progress value={report.progress} w={90} animated aria-label={t("progress")} />
      <Text size="xs" c="dimmed">
        {step}
      </Text>
    </Group>
  );
}
