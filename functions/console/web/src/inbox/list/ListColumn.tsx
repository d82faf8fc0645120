import { ActionIcon, Group, Indicator, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFilter, IconKeyboard, IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { LiveBadge } from "../../realtime/LiveBadge";
import classes from "../Inbox.module.css";
import type { Filters } from "../lists";
import { Boxes } from "./Boxes";
import { ConversationList } from "./ConversationList";
import { FilterMenu } from "./FilterMenu";

interface Props {
  filters: Filters;
  change: (wanted: Partial<Filters>) => void;
  open: string | undefined;
  onHelp: () => void;
}

/** The left column: what to look for, where, and what was found. */
export function ListColumn({ filters, change, open, onHelp }: Props) {
  const { t } = useTranslation("inbox");
  const narrowed = [
    filters.branch,
    filters.channel,
    filters.priority,
    filters.box === "closed" || null,
  ].filter(Boolean).length;
  return (
    <section className={classes.list} aria-label={t("list.label")}>
      <div className={classes.listHead}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Title order={1} fz="h4">
            {t("title")}
          </Title>
          <Group gap={4} wrap="nowrap">
            <LiveBadge />
            <ActionIcon size="sm" onClick={onHelp} aria-label={t("help.open")} visibleFrom="sm">
              <IconKeyboard size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </Group>
        <Group gap={6} wrap="nowrap" mt={8}>
          <Search key={filters.q === "" ? "" : "set"} q={filters.q} onSearch={(q) => change({ q })} />
          <FilterMenu filters={filters} change={change}>
            <Indicator label={narrowed} size={14} disabled={narrowed === 0} color="teal">
              <ActionIcon
                component="span"
                size={30}
                variant={narrowed > 0 ? "light" : "subtle"}
                color={narrowed > 0 ? "teal" : "gray"}
              >
                <IconFilter size={16} aria-hidden />
              </ActionIcon>
            </Indicator>
          </FilterMenu>
        </Group>
        <Boxes box={filters.box} change={(box) => change({ box })} />
      </div>
      <ConversationList filters={filters} open={open} />
    </section>
  );
}

function Search({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation("inbox");
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, 300);
  useEffect(() => {
    const focus = () => input.current?.focus();
    window.addEventListener("inbox:search", focus);
    return () => window.removeEventListener("inbox:search", focus);
  }, []);
  return (
    <TextInput
      ref={input}
      type="search"
      size="xs"
      flex={1}
      value={text}
      aria-label={t("list.search")}
      placeholder={t("list.search")}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text === "" ? (
          <Text size="xs" c="dimmed" aria-hidden>
            /
          </Text>
        ) : (
          <ActionIcon size="xs" aria-label={t("list.clear")} onClick={() => take("")}>
            <IconX size={12} aria-hidden />
          </ActionIcon>
        )
      }
      onChange={(event) => take(event.currentTarget.value)}
    />
  );

  function take(value: string) {
    setText(value);
    search(value.trim());
  }
}
