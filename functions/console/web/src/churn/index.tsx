import { useTranslation } from "react-i18next";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { useMe } from "../session/session";
import { Foresight } from "./Foresight";
import { Risks } from "./Risks";

/** Who is about to leave and why, what to do about it, and how right the predictions have been. */
export default function Churn() {
  const { t } = useTranslation("churn");
  const { me } = useMe();
  const tabs = [{ name: "customers", label: t("tabs.customers"), content: <Risks /> }];
  // How right they are concerns every branch, and is for who sees all of them.
  if (me.branches === null) tabs.push({ name: "model", label: t("tabs.model"), content: <Foresight /> });
  return (
    <Page title={t("title")}>
      <RoutedTabs root="/churn" tabs={tabs} />
    </Page>
  );
}
