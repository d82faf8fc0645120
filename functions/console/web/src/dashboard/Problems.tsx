import { Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../api/desk";
import { useFormats } from "../page/formats";
import { useCategoryName } from "../tickets/words";
import { Empty } from "../shell/states";
import classes from "./Dashboard.module.css";

export function Problems({ problems }: { problems: Dashboard["problems"] }) {
  const { t } = useTranslation("dashboard");
  const { number } = useFormats();
  const named = useCategoryName();
  const most = Math.max(1, ...problems.map(({ count }) => count));
  if (problems.length === 0) return <Empty title={t("problemsNone")} />;
  return problems.map(({ label, count }) => (
    <div key={label} className={classes.row}>
      <Text size="sm" truncate flex={1}>
        {named(label)}
      </Text>
      <Progress w={110} size={8} value={(100 * count) / most} color="blue.5" aria-hidden />
      <Text size="xs" w={34} ta="right">
        {number(count)}
      </Text>
    </div>
  ));
}
