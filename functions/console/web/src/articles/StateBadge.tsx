import { Badge, Loader, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ArticleItem } from "../api/desk";
import classes from "./Articles.module.css";

const COLORS = { draft: "gray", published: "teal", archived: "yellow" } as const;

/** Where an article stands: what customers get, and whether the bot has learned it yet. */
export function StateBadge({ article }: { article: ArticleItem }) {
  const { t } = useTranslation("articles");
  if (article.status === "published" && article.state === "learning") {
    return (
      <Tooltip label={t("learningHint")} multiline maw={260}>
        <Badge
          className={classes.badge}
          variant="light"
          color="blue"
          tt="none"
          fw={500}
          leftSection={<Loader size={9} color="blue" />}
        >
          {t("states.learning")}
        </Badge>
      </Tooltip>
    );
  }
  return (
    <Badge className={classes.badge} variant="light" color={COLORS[article.status]} tt="none" fw={500}>
      {t(`statuses.${article.status}`)}
    </Badge>
  );
}
