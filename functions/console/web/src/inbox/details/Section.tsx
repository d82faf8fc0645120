import { Group, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "../Inbox.module.css";

interface Props {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" mb={8}>
        <Title order={3} id={id} className={classes.sectionTitle}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}

/** A name and what it stands for; nothing where that is unknown. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === "" || children === false) return null;
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
