import { ActionIcon, Group, Paper, Text, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Dashboard.module.css";

interface Props {
  title: string;
  /** How the figure is computed, in a sentence of the server's. */
  formula?: string;
  /** Of twelve columns. */
  span: 3 | 4 | 6 | 8;
  /** Stands beside another one on a phone. */
  small?: boolean;
  children: ReactNode;
}

export function Card({ title, formula, span, small, children }: Props) {
  const { t } = useTranslation("dashboard");
  return (
    <Paper
      component="section"
      aria-label={title}
      withBorder
      p="md"
      className={classes.card}
      data-span={span}
      data-small={small || undefined}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={6} gap={4} mih={22}>
        <Text component="h2" size="sm" fw={550} c="dimmed" lh={1.35}>
          {title}
        </Text>
        {formula !== undefined && (
          <Tooltip label={formula} multiline maw={300}>
            <ActionIcon size={22} aria-label={t("formula", { figure: title })}>
              <IconInfoCircle size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {children}
    </Paper>
  );
}
