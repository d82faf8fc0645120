import { Anchor, Modal, Skeleton, Text, Timeline } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useActorName } from "../../people/actors";
import { FailedToLoad } from "../../shell/states";
import { RelativeTime } from "../../time/Times";
import { useSettingHistory } from "./queries";
import { useShownValue } from "./shown";

export function SettingHistory({ settingKey }: { settingKey: string }) {
  const { t } = useTranslation("settings");
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <Anchor component="button" type="button" size="xs" onClick={dialog.open}>
        {t("history.show")}
      </Anchor>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={t(`names.${settingKey}`, { defaultValue: settingKey })}
      >
        <Lines settingKey={settingKey} />
      </Modal>
    </>
  );
}

function Lines({ settingKey }: { settingKey: string }) {
  const { t } = useTranslation("settings");
  const actor = useActorName();
  const shown = useShownValue();
  const { data: changes, error, refetch } = useSettingHistory(settingKey);
  if (changes === undefined) {
    return error === null ? (
      <Skeleton h={120} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("history.none")}
      </Text>
    );
  }
  return (
    <Timeline bulletSize={12} lineWidth={2}>
      {changes.map((change) => (
        <Timeline.Item key={change.at}>
          <Text size="sm" fw={550} component="div">
            {actor(change.actor, change.actor_name)}{" "}
            <Text span size="xs" c="dimmed">
              · <RelativeTime at={change.at} />
            </Text>
          </Text>
          <Text size="sm">{t("history.line", { old: shown(change.old), new: shown(change.new) })}</Text>
          {change.reason !== null && (
            <Text size="xs" c="dimmed">
              {change.reason}
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
