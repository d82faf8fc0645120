import { useTranslation } from "react-i18next";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { useMe } from "../session/session";
import { Audit } from "./audit/Audit";
import { CompanySettings } from "./company/CompanySettings";
import { Profile } from "./profile/Profile";

/** One's own profile for everybody; the company's settings and the audit for those who may see them. */
export default function Settings() {
  const { t } = useTranslation("settings");
  const { can } = useMe();
  const tabs = [
    { name: "profile", content: <Profile />, shown: true },
    { name: "company", content: <CompanySettings />, shown: can("settings:read") },
    { name: "audit", content: <Audit />, shown: can("settings:read") },
  ];
  return (
    <Page title={t("title")}>
      <RoutedTabs
        root="/settings"
        tabs={tabs
          .filter(({ shown }) => shown)
          .map(({ name, content }) => ({ name, content, label: t(`tabs.${name}`) }))}
      />
    </Page>
  );
}
