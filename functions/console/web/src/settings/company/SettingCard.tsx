import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/client";
import type { Setting } from "../../api/desk";
import { problemText } from "../../api/words";
import { tellDone } from "../../page/tell";
import { useActorName } from "../../people/actors";
import { useMe } from "../../session/session";
import { RelativeTime } from "../../time/Times";
import { SettingHistory } from "./SettingHistory";
import { useChangeSetting } from "./queries";
import { useShownValue } from "./shown";
import { ValueInput } from "./ValueInput";

/** One setting: what it means, what it is now, and who made it so. */
export function SettingCard({ setting }: { setting: Setting }) {
  const { t } = useTranslation("settings");
  const { can } = useMe();
  const shown = useShownValue();
  const isDefault = same(setting.value, setting.default);
  return (
    <Paper component="section" withBorder p="lg">
      <Title order={2} fz="md">
        {t(`names.${setting.key}`, { defaultValue: setting.key })}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {setting.description}
      </Text>
      <Editor setting={setting} editable={can("settings:manage")} />
      <Group justify="space-between" mt="sm" gap="xs">
        <Text size="xs" c="dimmed" component="div">
          {isDefault ? t("isDefault") : t("default", { value: shown(setting.default) })}
          <LastChange setting={setting} />
        </Text>
        <SettingHistory settingKey={setting.key} />
      </Group>
    </Paper>
  );
}

function LastChange({ setting }: { setting: Setting }) {
  const { t } = useTranslation("settings");
  const actor = useActorName();
  if (setting.changed_at === null || setting.changed_by === null) return null;
  return (
    <>
      {" · "}
      {t("changed", { who: actor(setting.changed_by) })} · <RelativeTime at={setting.changed_at} />
    </>
  );
}

function Editor({ setting, editable }: { setting: Setting; editable: boolean }) {
  const { t } = useTranslation(["settings", "shell", "page"]);
  const [value, setValue] = useState<unknown>(setting.value);
  const [reason, setReason] = useState("");
  const change = useChangeSetting();
  const changed = !same(value, setting.value);
  const missing = typeof value === "string" && value.trim() === "";

  function put(fresh: unknown, said: string) {
    const body = {
      key: setting.key,
      value: fresh,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
    };
    change.mutate(body, { onSuccess: () => tellDone(said) });
  }

  return (
    <Stack gap="sm">
      <ValueInput setting={setting} value={value} change={setValue} editable={editable} />
      {change.isError && (
        <Alert color="red" role="alert" p="xs">
          {whatIsWrong(change.error)}
        </Alert>
      )}
      {missing && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {t("page:required")}
        </Text>
      )}
      {editable && changed && (
        <Group align="flex-end" gap="xs">
          <TextInput
            size="xs"
            flex={1}
            miw={180}
            label={t("reason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" onClick={() => setValue(setting.value)}>
            {t("shell:cancel")}
          </Button>
          <Button
            size="xs"
            loading={change.isPending}
            disabled={missing}
            onClick={() => put(value, t("saved"))}
          >
            {t("shell:save")}
          </Button>
        </Group>
      )}
      {editable && !changed && !same(setting.value, setting.default) && (
        <Group>
          <Button
            size="compact-xs"
            variant="subtle"
            loading={change.isPending}
            onClick={() => put(null, t("restored"))}
          >
            {t("restore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function whatIsWrong(error: unknown): string {
  const said = error instanceof ApiProblem ? Object.values(error.fields).join(" ") : "";
  return said === "" ? problemText(error) : said;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
