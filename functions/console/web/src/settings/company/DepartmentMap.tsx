import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDepartments } from "../../people/lists";

interface Props {
  map: Record<string, string>;
  change: (map: Record<string, string>) => void;
  editable: boolean;
}

/** Which department each word leads to. */
export function DepartmentMap({ map, change, editable }: Props) {
  const { t } = useTranslation(["settings", "tickets"]);
  const departments = useDepartments().data ?? [];
  const known = departments.map(({ code, name }) => ({ value: code, label: name }));
  function without(key: string) {
    change(Object.fromEntries(Object.entries(map).filter(([each]) => each !== key)));
  }
  function nameOf(key: string): string {
    if (key === "*") return t("map.any");
    return t(`tickets:categories.${key}`, {
      defaultValue: t(`tickets:priorities.${key}`, { defaultValue: key }),
    });
  }
  return (
    <Stack gap={6}>
      {Object.entries(map).map(([key, department]) => (
        <Group key={key} gap="xs" wrap="nowrap">
          <Text size="sm" w={150} truncate>
            {nameOf(key)}
          </Text>
          <Select
            size="xs"
            flex={1}
            maw={260}
            aria-label={`${nameOf(key)} ${t("map.value")}`}
            data={
              known.some(({ value }) => value === department)
                ? known
                : [...known, { value: department, label: department }]
            }
            value={department}
            allowDeselect={false}
            disabled={!editable}
            onChange={(code) => change({ ...map, [key]: code ?? department })}
          />
          {editable && (
            <ActionIcon
              size={28}
              aria-label={t("map.remove", { key: nameOf(key) })}
              onClick={() => without(key)}
            >
              <IconX size={15} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {editable && known[0] !== undefined && (
        <NewRule taken={Object.keys(map)} add={(key) => change({ ...map, [key]: known[0]?.value ?? "" })} />
      )}
    </Stack>
  );
}

function NewRule({ taken, add }: { taken: string[]; add: (key: string) => void }) {
  const { t } = useTranslation("settings");
  const [key, setKey] = useState("");
  const word = key.trim().toLowerCase();
  function put() {
    add(word);
    setKey("");
  }
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        w={150}
        aria-label={t("map.key")}
        placeholder={t("map.key")}
        maxLength={40}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={word === "" || taken.includes(word)}
        onClick={put}
      >
        {t("map.add")}
      </Button>
    </Group>
  );
}
