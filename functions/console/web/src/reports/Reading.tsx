import { Alert, Badge, Paper, Rating, Stack, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { lazy, Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ChartSkeleton } from "../dashboard/FigureSkeletons";
import type { Document, Figure, Insight } from "./queries";
import classes from "./Reports.module.css";
import { Scroll } from "./Scroll";

// The chart library is most of this screen's code: the figures do not wait for it.
const Drawn = lazy(() => import("./Drawn"));

/** A report as it is read: the figures that come first, the story, what stands out, then everything behind it. */
export function Reading({ document }: { document: Document }) {
  const { t } = useTranslation("reports");
  const figures = document.groups.flatMap((group) => group.figures);
  const headline = document.headline.flatMap((name) => figures.filter((figure) => figure.name === name));
  return (
    <Stack gap="lg" className={classes.reading} lang={document.language}>
      <div>
        <Text size="sm" c="dimmed">
          {t("compared", { previous: document.previous.text })}
        </Text>
        {document.filters.map((filter) => (
          <Badge key={filter} variant="light" color="gray" mr={6} mt={6} tt="none">
            {filter}
          </Badge>
        ))}
      </div>
      <div className={classes.cards}>
        {headline.map((figure) => (
          <Card key={figure.name} figure={figure} />
        ))}
      </div>
      <div className={classes.story}>
        {document.narrative.paragraphs.map((paragraph, place) => (
          <Text key={place} mb={8}>
            {paragraph}
          </Text>
        ))}
        {document.narrative.author === "model" && (
          <Text size="xs" c="dimmed">
            {t("byModel")}
          </Text>
        )}
      </div>
      {document.insights.length > 0 && (
        <Section title={t("insights")}>
          <Stack gap={8}>
            {document.insights.map((insight) => (
              <Finding key={insight.name} insight={insight} />
            ))}
          </Stack>
        </Section>
      )}
      <div className={classes.charts}>
        {document.charts.map((chart) => (
          <Section key={chart.name} title={chart.title} wide={chart.kind !== "bars"}>
            <Suspense fallback={<ChartSkeleton />}>
              <Drawn chart={chart} />
            </Suspense>
          </Section>
        ))}
      </div>
      <div className={classes.charts}>
        {document.groups.map((group) => (
          <Section key={group.name} title={group.label}>
            <Figures figures={group.figures} />
          </Section>
        ))}
        {document.tables.map((table) => (
          <Section key={table.name} title={table.title} wide={table.columns.length > 4}>
            <Grid columns={table.columns} rows={table.rows} />
          </Section>
        ))}
        {document.comments.length > 0 && (
          <Section title={t("comments")}>
            {document.comments.map((comment, place) => (
              <div key={place} className={classes.comment}>
                <Rating
                  value={comment.rating}
                  readOnly
                  size="xs"
                  role="img"
                  aria-label={`${comment.rating}/5`}
                />
                <Text size="sm">{comment.text}</Text>
              </div>
            ))}
          </Section>
        )}
      </div>
    </Stack>
  );
}

function Section({ title, wide, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <Paper
      component="section"
      withBorder
      p="md"
      aria-label={title}
      className={classes.section}
      data-wide={wide || undefined}
    >
      <Title order={2} fz={15} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

const VERDICTS = { better: classes.better, worse: classes.worse, same: undefined };

function Change({ figure }: { figure: Figure }) {
  const { t } = useTranslation("reports");
  const verdict = figure.verdict ?? "same";
  if (figure.change_text === "") return <>—</>;
  return (
    <span className={VERDICTS[verdict]} title={t(`verdicts.${verdict}`)}>
      {figure.change_text}
    </span>
  );
}

function Card({ figure }: { figure: Figure }) {
  const { t } = useTranslation("reports");
  return (
    <Paper withBorder p="md" className={classes.card} title={figure.formula}>
      <Text size="sm" c="dimmed" lh={1.3}>
        {figure.label}
      </Text>
      <div className={classes.figure}>{figure.text}</div>
      <Text size="sm" component="div">
        <b>
          <Change figure={figure} />
        </b>{" "}
        <Text span size="xs" c="dimmed">
          {t("before", { value: figure.previous_text })}
        </Text>
      </Text>
    </Paper>
  );
}

const TONES = {
  bad: { color: "red", icon: IconAlertTriangle },
  good: { color: "teal", icon: IconCircleCheck },
  note: { color: "gray", icon: IconInfoCircle },
} as const;

function Finding({ insight }: { insight: Insight }) {
  const { color, icon: Icon } = TONES[insight.tone];
  return (
    <Alert variant="light" color={color} p="xs" icon={<Icon size={18} aria-hidden />}>
      <Text size="sm" fw={550}>
        {insight.text}
      </Text>
      {insight.advice !== null && <Text size="sm">{insight.advice}</Text>}
    </Alert>
  );
}

function Figures({ figures }: { figures: Figure[] }) {
  const { t } = useTranslation("reports");
  return (
    <Scroll>
      <Table verticalSpacing={5} horizontalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {["figure", "now", "before", "change"].map((column, place) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550} ta={place === 0 ? "left" : "right"}>
                {t(`figures.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.map((figure) => (
            <Table.Tr key={figure.name} title={figure.formula}>
              <Table.Td>{figure.label}</Table.Td>
              <Table.Td className={classes.number}>{figure.text}</Table.Td>
              <Table.Td className={classes.number}>{figure.previous_text}</Table.Td>
              <Table.Td className={classes.number}>
                <Change figure={figure} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function Grid({ columns, rows }: { columns: string[]; rows: string[][] }) {
  return (
    <Scroll>
      <Table verticalSpacing={5} horizontalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, place) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550} ta={place === 0 ? "left" : "right"}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, line) => (
            <Table.Tr key={line}>
              {row.map((cell, place) => (
                <Table.Td key={place} className={place === 0 ? undefined : classes.number}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
