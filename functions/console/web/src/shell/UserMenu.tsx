import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconCheck,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  type TablerIcon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import type { Language } from "../api/contract";
import { problemText } from "../api/words";
import { AlertItems } from "../notifications/AlertItems";
import { useMe, useSession } from "../session/session";

const SCHEMES: { scheme: "light" | "dark" | "auto"; icon: TablerIcon }[] = [
  { scheme: "light", icon: IconSun },
  { scheme: "dark", icon: IconMoon },
  { scheme: "auto", icon: IconDeviceDesktop },
];
const LANGUAGES: Record<Language, string> = { es: "Español", en: "English" };

export function UserMenu() {
  const { t, i18n } = useTranslation("shell");
  const { me } = useMe();
  const { changed, signOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  function tellFailure(error: unknown) {
    notifications.show({ color: "red", message: problemText(error) });
  }

  function speak(language: Language) {
    // The screen changes at once; the profile follows, for the other devices.
    changed({ language });
    answer(api.PATCH("/api/auth/me", { body: { language } })).catch(tellFailure);
  }

  return (
    <Menu position="right-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton p={6}>
          <Avatar name={me.name} color="initials" size={34} radius="xl" aria-hidden />
          <VisuallyHidden>{t("account.menu")}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {me.name}
          </Text>
          <Text size="xs" truncate>
            {me.email} · {t(`roles.${me.role}`)}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t("account.scheme")}</Menu.Label>
        {SCHEMES.map(({ scheme, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === scheme ? <IconCheck size={14} aria-hidden /> : null}
            aria-current={colorScheme === scheme || undefined}
          >
            {t(`account.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("account.language")}</Menu.Label>
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            onClick={() => speak(language)}
            leftSection={<IconLanguage size={16} aria-hidden />}
            rightSection={i18n.language === language ? <IconCheck size={14} aria-hidden /> : null}
            aria-current={i18n.language === language || undefined}
          >
            {LANGUAGES[language]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <AlertItems />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void signOut().catch(tellFailure)}
        >
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
