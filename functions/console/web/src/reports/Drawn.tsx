import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import { Table, VisuallyHidden } from "@mantine/core";
import { useFormats } from "../page/formats";
import type { Chart } from "./queries";
import classes from "./Reports.module.css";

const COLORS = ["teal.6", "gray.5"];

/** A chart of a report. Those who cannot see it get its table. */
export default function Drawn({ chart }: { chart: Chart }) {
  return (
    <>
      <div aria-hidden>
        {chart.kind === "line" && <Line chart={chart} />}
        {chart.kind === "bars" && <Bars chart={chart} />}
        {chart.kind === "heat" && <Heat chart={chart} />}
      </div>
      <VisuallyHidden>
        <Table>
          <caption>{chart.title}</caption>
          <thead>
            <tr>
              <td />
              {chart.series.map(({ name, label }) => (
                <th key={name}>{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chart.labels.map((label, place) => (
              <tr key={place}>
                <th>{label}</th>
                {chart.series.map(({ name, texts }) => (
                  <td key={name}>{texts[place]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </>
  );
}

function Line({ chart }: { chart: Chart }) {
  const { decimal } = useFormats();
  return (
    <LineChart
      h={220}
      data={chart.labels.map((label, place) => ({
        label,
        ...Object.fromEntries(chart.series.map(({ name, values }) => [name, values[place]])),
      }))}
      dataKey="label"
      series={chart.series.map(({ name, label }, place) => ({
        name,
        label,
        color: COLORS[place] ?? "blue.5",
      }))}
      curveType="linear"
      connectNulls={false}
      withLegend={chart.series.length > 1}
      legendProps={{ verticalAlign: "bottom", height: 30 }}
      gridAxis="x"
      tickLine="none"
      valueFormatter={decimal}
      yAxisProps={{ width: 40 }}
      lineChartProps={{ accessibilityLayer: false }}
    />
  );
}

function Bars({ chart }: { chart: Chart }) {
  const { number } = useFormats();
  const [series] = chart.series;
  return (
    <BarChart
      h={Math.max(90, 34 * chart.labels.length + 30)}
      orientation="vertical"
      data={chart.labels.map((label, place) => ({ label, value: series?.values[place] ?? 0 }))}
      dataKey="label"
      series={[{ name: "value", label: series?.label ?? "", color: "teal.6" }]}
      gridAxis="none"
      tickLine="none"
      withXAxis={false}
      withBarValueLabel
      valueFormatter={number}
      yAxisProps={{ width: 120 }}
      barChartProps={{ accessibilityLayer: false, margin: { right: 36 } }}
    />
  );
}

/** Weekdays by hours, the darker the more. */
function Heat({ chart }: { chart: Chart }) {
  const most = Math.max(1, ...chart.series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <div className={classes.scroll}>
      <div className={classes.heat}>
        {chart.series.flatMap(({ name, label, values }) => [
          <span key={name} className={classes.weekday}>
            {label}
          </span>,
          ...values.map((value, hour) => (
            <span
              key={`${name}-${hour}`}
              className={classes.cell}
              style={{ opacity: value ? 0.15 + (0.85 * value) / most : undefined }}
              data-none={value ? undefined : true}
              title={`${label} ${hour}:00 · ${value ?? 0}`}
            />
          )),
        ])}
        <span />
        {chart.labels.map((hour, place) => (
          <span key={hour} className={classes.hour}>
            {place % 3 === 0 ? hour : ""}
          </span>
        ))}
      </div>
    </div>
  );
}
