import { AreaChart } from "@mantine/charts";
import { Table, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../api/desk";
import { useFormats } from "../page/formats";
import { Empty } from "../shell/states";
import { CHART_HEIGHT } from "./FigureSkeletons";

const SERIES = [
  { name: "messages_in", color: "teal.6", text: "messagesIn" },
  { name: "messages_out", color: "grape.5", text: "messagesOut" },
  { name: "tickets", color: "orange.5", text: "tickets" },
] as const;

/** What came and went in each of the last 24 hours. Those who cannot see the chart get its table. */
export default function Volume({ hourly }: { hourly: Dashboard["hourly"] }) {
  const { t } = useTranslation("dashboard");
  const { time, number } = useFormats();
  if (hourly.every((hour) => SERIES.every(({ name }) => hour[name] === 0))) {
    return <Empty title={t("hourlyNone")} />;
  }
  return (
    <>
      <AreaChart
        h={CHART_HEIGHT}
        data={hourly.map((hour) => ({ ...hour, hour: time(hour.hour) }))}
        dataKey="hour"
        series={SERIES.map(({ name, color, text }) => ({ name, color, label: t(text) }))}
        curveType="monotone"
        withDots={false}
        withLegend
        legendProps={{ verticalAlign: "bottom", height: 32 }}
        fillOpacity={0.12}
        strokeWidth={2}
        tickLine="none"
        gridAxis="x"
        valueFormatter={number}
        yAxisProps={{ width: 34, allowDecimals: false }}
        areaChartProps={{ accessibilityLayer: false }}
        aria-hidden
      />
      <VisuallyHidden>
        <Table>
          <caption>{t("hourly")}</caption>
          <thead>
            <tr>
              <th>{t("hour")}</th>
              {SERIES.map(({ name, text }) => (
                <th key={name}>{t(text)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hourly.map((hour) => (
              <tr key={hour.hour}>
                <th>{time(hour.hour)}</th>
                {SERIES.map(({ name }) => (
                  <td key={name}>{number(hour[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </>
  );
}
