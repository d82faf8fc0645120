import { Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Factor } from "../api/desk";

/** What makes up a score: each summand with its reason, and its length in points. */
export function Factors({ factors, score }: { factors: Factor[]; score: number | null }) {
  const { t, i18n } = useTranslation("tickets");
  if (factors.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("page.factorsNone")}
      </Text>
    );
  }
  return (
    <Stack gap={8}>
      {score !== null && (
        <Text size="sm" fw={600}>
          {t("page.score", { score })}
        </Text>
      )}
      {factors.map(({ name, points, why }) => (
        <div key={name}>
          <Text size="xs" style={{ display: "flex", justifyContent: "space-between", gap: 8 }}>
            <span>{why[i18n.language] ?? why.es ?? name}</span>
            <b>{points > 0 ? `+${String(points)}` : points}</b>
          </Text>
          <Progress value={Math.abs(points)} size={5} color={points < 0 ? "gray.5" : "teal.6"} aria-hidden />
        </div>
      ))}
    </Stack>
  );
}
