import { Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Post } from "./queries";
import { usePlanTimes } from "./zone";

/** Who did what with the post, the newest first. */
export function History({ post }: { post: Post }) {
  const { t } = useTranslation("social");
  const { dateTime } = usePlanTimes();
  const lines = post.history.toReversed();
  return (
    <section aria-label={t("history.title")}>
      <Text size="sm" fw={500} mt="xl" mb="sm">
        {t("history.title")}
      </Text>
      <Timeline bulletSize={12} lineWidth={2} active={-1}>
        {lines.map((line, place) => (
          <Timeline.Item key={place}>
            <Text size="sm">{told(line)}</Text>
            <Text size="xs" c="dimmed">
              {[line.actor_name ?? t("history.system"), dateTime(line.at), line.reason]
                .filter(Boolean)
                .join(" · ")}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );

  function told({ field, new: became }: Post["history"][number]): string {
    const value = String(became);
    if (field === "status") return t(`status.${value}`, { defaultValue: value });
    if (field === "text") return t("history.text");
    const [network = "", account = ""] = field.split(":");
    return `${network} ${account}: ${t(`state.${value}`, { defaultValue: value })}`;
  }
}
