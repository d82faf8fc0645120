import { Skeleton, Stack } from "@mantine/core";
import { FailedToLoad } from "../../shell/states";
import { useSettings } from "./queries";
import { SettingCard } from "./SettingCard";

/** What may be changed while everything runs; each change is checked, audited and kept. */
export function CompanySettings() {
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
      {settings.map((setting) => (
        <SettingCard key={`${setting.key} ${setting.changed_at ?? ""}`} setting={setting} />
      ))}
    </Stack>
  );
}
