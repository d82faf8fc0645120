import { Image } from "@mantine/core";
import {
  IconBook2,
  IconChartBar,
  IconInbox,
  IconSettings,
  IconTicket,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useMe } from "../session/session";
import { AvailabilitySwitch } from "./AvailabilitySwitch";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

const SCREENS: { path: string; permission: string | null; icon: TablerIcon }[] = [
  { path: "inbox", permission: "conversations:read", icon: IconInbox },
  { path: "dashboard", permission: "stats:read", icon: IconChartBar },
  { path: "tickets", permission: "tickets:read", icon: IconTicket },
  { path: "articles", permission: "articles:read", icon: IconBook2 },
  { path: "people", permission: "agents:read", icon: IconUsers },
  { path: "settings", permission: null, icon: IconSettings },
];

export function NavigationRail() {
  const { t } = useTranslation("shell");
  const { me, can } = useMe();
  return (
    <nav className={classes.rail} aria-label={t("navigation")}>
      <Image className={classes.logo} src="/console/icon.svg" alt="Relevo" w={30} h={30} mb={8} />
      {SCREENS.filter((screen) => screen.permission === null || can(screen.permission)).map((screen) => (
        <NavLink key={screen.path} to={`/${screen.path}`} className={classes.link}>
          <screen.icon size={20} stroke={1.7} aria-hidden />
          <span className={classes.label}>{t(`screens.${screen.path}`)}</span>
        </NavLink>
      ))}
      <span className={classes.spring} />
      {me.agent !== null && <AvailabilitySwitch />}
      <UserMenu />
    </nav>
  );
}
