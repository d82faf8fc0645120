import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { useMe } from "../session/session";
import { Empty } from "./states";

/** Shows the screen to those who may see it. The server decides by itself; this only spares a screen of refusals. */
export function Permitted({ to }: { to: string }) {
  const { t } = useTranslation("shell");
  const { can } = useMe();
  if (can(to)) return <Outlet />;
  return (
    <Empty
      icon={<IconLock size={22} aria-hidden />}
      title={t("notAllowed.title")}
      hint={t("notAllowed.hint")}
    />
  );
}
