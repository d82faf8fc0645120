import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Props {
  title: ReactNode;
  subtitle?: ReactNode;
  /** Before the title: a way back. */
  before?: ReactNode;
  actions?: ReactNode;
  /** For pages that are read and filled in rather than looked over. */
  narrow?: boolean;
  children: ReactNode;
}

/** A screen with a head that stays and a body that scrolls under it. */
export function Page({ title, subtitle, before, actions, narrow, children }: Props) {
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        {before}
        <div className={classes.title}>
          <Title order={1} fz={18} lh={1.3}>
            {title}
          </Title>
          {subtitle !== undefined && (
            <Text size="xs" c="dimmed" component="div">
              {subtitle}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </header>
      <div className={classes.body} data-narrow={narrow || undefined}>
        {children}
      </div>
    </div>
  );
}
