import "@mantine/charts/styles.css";
import { SegmentedControl, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { useBranches } from "../people/lists";
import { FailedToLoad } from "../shell/states";
import { Figures } from "./Figures";
import { FigureSkeletons } from "./FigureSkeletons";

const PERIODS = ["24h", "7d", "30d"] as const;
const AGAIN_MS = 30_000;

/** The desk at a glance. The feed asks for it anew as things happen; without it, it is read every half minute. */
export default function Dashboard() {
  const { t } = useTranslation(["dashboard", "page"]);
  const { time } = useFormats();
  const [period, setPeriod] = useState<string>("24h");
  const [branch, setBranch] = useState<string | null>(null);
  const { data, error, refetch } = useDashboard(branch, period);
  const branches = useBranches().data ?? [];

  return (
    <Page
      title={t("title")}
      subtitle={data === undefined ? "\u00a0" : t("updated", { time: time(data.at) })}
      actions={
        <>
          {branches.length > 1 && (
            <Select
              size="xs"
              w={180}
              aria-label={t("page:branch")}
              placeholder={t("page:allBranches")}
              data={branches.map(({ id, name }) => ({ value: id, label: name }))}
              value={branch}
              onChange={setBranch}
              clearable
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t("period")}
            data={PERIODS.map((value) => ({ value, label: t(`periods.${value}`) }))}
            value={period}
            onChange={setPeriod}
          />
        </>
      }
    >
      {data !== undefined && <Figures dashboard={data} />}
      {data === undefined && error !== null && <FailedToLoad error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <FigureSkeletons />}
    </Page>
  );
}

function useDashboard(branch: string | null, period: string) {
  const { language } = useFormats();
  return useQuery({
    queryKey: [...keys.dashboard, { branch, period, language }],
    queryFn: () =>
      answer(
        api.GET("/api/support/dashboard", { params: { query: { branch: branch ?? undefined, period } } }),
      ),
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}
