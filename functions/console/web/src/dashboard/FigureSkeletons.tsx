import { Paper, Skeleton } from "@mantine/core";
import classes from "./Dashboard.module.css";

/** The height of the chart, so that nothing moves when it comes. */
export const CHART_HEIGHT = 260;

export function ChartSkeleton() {
  return <Skeleton h={CHART_HEIGHT} />;
}

const CARDS: [span: number, height: number][] = [
  ...[3, 3, 3, 3].map((span): [number, number] => [span, 118]),
  ...[4, 4, 4].map((span): [number, number] => [span, 98]),
  [8, 340],
  [4, 340],
  ...[4, 4, 4].map((span): [number, number] => [span, 260]),
];

export function FigureSkeletons() {
  return (
    <div className={classes.grid} aria-hidden>
      {CARDS.map(([span, height], place) => (
        <Paper key={place} withBorder p="md" h={height} className={classes.card} data-span={span}>
          <Skeleton h={14} w="50%" mb="sm" />
          <Skeleton h={30} w="35%" />
        </Paper>
      ))}
    </div>
  );
}
