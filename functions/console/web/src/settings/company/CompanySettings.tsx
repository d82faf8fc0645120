import { Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "../../session/session";
import { FailedToLoad } from "../../shell/states";
import { useSettings } from "./queries";
import { SettingCard } from "./SettingCard";

/** What may be changed while everything runs; each change is checked, audited and kept. */
export function CompanySettings() {
  const { t } = useTranslation("settings");
  const { can } = useMe();
  const { data: settings, error, refetch } = useSettings();
  if (settings === undefined) {
    return error === null ? (
      <Skeleton h={360} maw={760} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <Stack maw={760}>
      {!can("settings:manage") && (
        <Text size="sm" c="dimmed">
          {t("readOnly")}
        </Text>
      )}
      {settings.map((setting) => (
        <SettingCard key={`${setting.key} ${setting.changed_at ?? ""}`} setting={setting} />
      ))}
    </Stack>
  );
}
