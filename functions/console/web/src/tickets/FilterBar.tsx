import { Button, Chip, CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgents, useBranches } from "../people/lists";
import type { FilterName, useTicketFilters } from "./filters";
import { useChoices } from "./words";

const TYPING_MS = 350;

export function FilterBar({ filters }: { filters: ReturnType<typeof useTicketFilters> }) {
  const { t } = useTranslation(["tickets", "page"]);
  const { chosen, choose, clear } = filters;
  const choices = useChoices();
  const agents = useAgents().data ?? [];
  const branches = useBranches().data ?? [];
  const lists: [FilterName, string, { value: string; label: string }[]][] = [
    ["status", t("filters.status"), choices.status],
    ["priority", t("filters.priority"), choices.priority],
    ["category", t("filters.category"), choices.category],
    ["source", t("filters.source"), choices.source],
    ["agent_id", t("filters.agent"), named(agents)],
    ["branch_id", t("filters.branch"), named(branches)],
  ];
  return (
    <Group gap="xs" mb="md" role="search">
      <SearchInput
        key={chosen.q === undefined ? "empty" : "filled"}
        value={chosen.q ?? ""}
        search={(q) => choose("q", q)}
      />
      {lists
        .filter(([name, , data]) => data.length > 1 || chosen[name] !== undefined)
        .map(([name, label, data]) => (
          <Select
            key={name}
            size="xs"
            flex="1 1 120px"
            maw={170}
            aria-label={label}
            placeholder={label}
            data={data}
            value={chosen[name] ?? null}
            onChange={(value) => choose(name, value)}
            clearable
            searchable={data.length > 8}
          />
        ))}
      <Chip
        size="xs"
        checked={chosen.overdue !== undefined}
        onChange={(on) => choose("overdue", on ? "true" : null)}
        color="red"
      >
        {t("filters.overdue")}
      </Chip>
      {Object.keys(chosen).length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={clear}>
          {t("filters.clear")}
        </Button>
      )}
    </Group>
  );
}

function SearchInput({ value, search }: { value: string; search: (words: string) => void }) {
  const { t } = useTranslation(["tickets", "page"]);
  const [words, setWords] = useState(value);
  const later = useDebouncedCallback(search, TYPING_MS);
  function change(typed: string) {
    setWords(typed);
    later(typed);
  }
  return (
    <TextInput
      size="xs"
      w={{ base: "100%", xs: 220 }}
      aria-label={t("filters.search")}
      placeholder={t("filters.search")}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        words !== "" && (
          <CloseButton size="xs" aria-label={t("page:clearSearch")} onClick={() => change("")} />
        )
      }
      value={words}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function named(things: { id: string; name: string }[]): { value: string; label: string }[] {
  return things.map(({ id, name }) => ({ value: id, label: name }));
}
