import { Button, Group } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  /** What narrows the list. */
  children?: ReactNode;
  /** The button that adds to the list, for those who may. */
  add: { label: string; open: () => void } | null;
}

/** What stands above a list of people or things. */
export function Toolbar({ children, add }: Props) {
  return (
    <Group mb="md" justify="space-between" gap="xs">
      <Group gap="xs">{children}</Group>
      {add !== null && (
        <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add.open}>
          {add.label}
        </Button>
      )}
    </Group>
  );
}
