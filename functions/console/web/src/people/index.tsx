import { useTranslation } from "react-i18next";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { useMe } from "../session/session";
import { Agents } from "./agents/Agents";
import { Branches } from "./branches/Branches";
import { Keys } from "./keys/Keys";
import { Users } from "./users/Users";

/** Who works here and where: agents, branches with their numbers, users, and the keys of programs. */
export default function People() {
  const { t } = useTranslation("people");
  const { can } = useMe();
  const tabs = [
    { name: "agents", content: <Agents />, permission: "agents:read" },
    { name: "branches", content: <Branches />, permission: "branches:read" },
    { name: "users", content: <Users />, permission: "users:manage" },
    { name: "keys", content: <Keys />, permission: "api:use" },
  ];
  return (
    <Page title={t("title")}>
      <RoutedTabs
        root="/people"
        tabs={tabs
          .filter(({ permission }) => can(permission))
          .map(({ name, content }) => ({ name, content, label: t(`tabs.${name}`) }))}
      />
    </Page>
  );
}
