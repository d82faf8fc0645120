import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBell, IconBellOff, IconBellRinging, IconCheck, IconVolume } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSoundChoice } from "./useAlerts";

/** In the user's menu: whether the browser may tell, which is only asked when somebody wants it, and a sound. */
export function AlertItems() {
  const { t } = useTranslation("shell");
  const [sound, setSound] = useSoundChoice();
  const [permission, setPermission] = useState(() =>
    "Notification" in window ? Notification.permission : "denied",
  );
  async function ask() {
    const answered = await Notification.requestPermission();
    setPermission(answered);
    if (answered === "denied")
      notifications.show({ color: "orange", message: t("account.notificationsDenied") });
  }
  return (
    <>
      {permission === "default" && (
        <Menu.Item leftSection={<IconBell size={16} aria-hidden />} onClick={() => void ask()}>
          {t("account.notificationsAllow")}
        </Menu.Item>
      )}
      {permission === "granted" && (
        <Menu.Item leftSection={<IconBellRinging size={16} aria-hidden />} disabled>
          {t("account.notificationsOn")}
        </Menu.Item>
      )}
      {permission === "denied" && (
        <Menu.Item leftSection={<IconBellOff size={16} aria-hidden />} disabled>
          {t("account.notificationsDenied")}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconVolume size={16} aria-hidden />}
        rightSection={sound ? <IconCheck size={14} aria-hidden /> : null}
        aria-checked={sound}
        role="menuitemcheckbox"
        closeMenuOnClick={false}
        onClick={() => setSound(!sound)}
      >
        {t("account.sound")}
      </Menu.Item>
    </>
  );
}
