import { useTranslation } from "react-i18next";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { useMe } from "../session/session";
import { AlertList } from "./AlertList";
import { DeliveryForm } from "./DeliveryForm";
import { Rules } from "./Rules";

/** What is wrong now, what was, what is watched, and who is told. */
export default function Alerts() {
  const { t } = useTranslation("alerts");
  const { can } = useMe();
  const tabs = [
    { name: "open", content: <AlertList shown="open" />, shown: true },
    { name: "resolved", content: <AlertList shown="resolved" />, shown: true },
    { name: "rules", content: <Rules />, shown: true },
    { name: "delivery", content: <DeliveryForm />, shown: can("alerts:manage") },
  ];
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <RoutedTabs
        root="/alerts"
        tabs={tabs
          .filter(({ shown }) => shown)
          .map(({ name, content }) => ({ name, content, label: t(`tabs.${name}`) }))}
      />
    </Page>
  );
}
