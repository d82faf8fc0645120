import { Group, Progress, Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../api/desk";
import { useFormats } from "../page/formats";
import { Empty } from "../shell/states";
import classes from "./Dashboard.module.css";

const STEPS = [5, 4, 3, 2, 1];

export function Ratings({ ratings }: { ratings: Dashboard["ratings"] }) {
  const { t } = useTranslation("dashboard");
  const { number, percent } = useFormats();
  if (ratings.count === 0) return <Empty title={t("ratingsNone")} />;
  return STEPS.map((rating) => {
    const count = ratings.by_rating[String(rating)] ?? 0;
    return (
      <div key={rating} className={classes.row}>
        <Group gap={4} w={34} wrap="nowrap" aria-hidden>
          <Text size="sm">{rating}</Text>
          <IconStarFilled size={12} color="var(--mantine-color-yellow-6)" />
        </Group>
        <Progress
          flex={1}
          size={8}
          value={(100 * count) / ratings.count}
          color="yellow.6"
          aria-label={t("ratingOf", { rating, count })}
        />
        <Text size="xs" w={34} ta="right">
          {number(count)}
        </Text>
        <Text size="xs" c="dimmed" w={38} ta="right">
          {percent(count / ratings.count)}
        </Text>
      </div>
    );
  });
}
