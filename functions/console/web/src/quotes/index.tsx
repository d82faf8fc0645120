import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { OrderPage } from "./OrderPage";
import { QuotePage } from "./QuotePage";
import { OrderList, QuoteList } from "./SaleList";

/** What was offered and what was sold: lists of quotes and orders, and each of them with what became of it. */
export default function Sales() {
  const { t } = useTranslation("quotes");
  const [kind, id] = (useParams()["*"] ?? "").split("/");
  if (kind === "quotes" && id) return <QuotePage key={id} id={id} />;
  if (kind === "orders" && id) return <OrderPage key={id} id={id} />;
  return (
    <Page title={t("title")}>
      <RoutedTabs
        root="/sales"
        tabs={[
          { name: "quotes", label: t("tabs.quotes"), content: <QuoteList /> },
          { name: "orders", label: t("tabs.orders"), content: <OrderList /> },
        ]}
      />
    </Page>
  );
}
