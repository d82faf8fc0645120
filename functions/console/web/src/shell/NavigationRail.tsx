import { Image } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { Bell } from "../notifications/Bell";
import { useMe } from "../session/session";
import { AvailabilitySwitch } from "./AvailabilitySwitch";
import { SCREENS } from "./screens";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

export function NavigationRail() {
  const { t } = useTranslation("shell");
  const { me, can } = useMe();
  return (
    <nav className={classes.rail} aria-label={t("navigation")}>
      <Image className={classes.logo} src="/console/icon.svg" alt="Relevo" w={30} h={30} mb={8} />
      <div className={classes.links}>
        {SCREENS.filter((screen) => screen.permission === null || can(screen.permission)).map((screen) => (
          <NavLink key={screen.path} to={`/${screen.path}`} className={classes.link}>
            <screen.icon size={20} stroke={1.7} aria-hidden />
            <span className={classes.label}>{t(`screens.${screen.path}`)}</span>
          </NavLink>
        ))}
      </div>
      <span className={classes.spring} />
      {me.agent !== null && <Bell />}
      {me.agent !== null && <AvailabilitySwitch />}
      <UserMenu />
    </nav>
  );
}
