import { IconPackage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Panes } from "../page/Panes";
import { Empty } from "../shell/states";
import { ProductList } from "./ProductList";
import { ProductPage } from "./ProductPage";

/** What the company sells: found on the left, one product, to be sent to a customer, on the right. */
export default function Products() {
  const { t } = useTranslation("products");
  const { id } = useParams();
  return (
    <Panes list={<ProductList />} listWidth={380} open={id !== undefined}>
      {id === undefined ? (
        <Empty icon={<IconPackage size={22} aria-hidden />} title={t("choose")} hint={t("chooseHint")} />
      ) : (
        <ProductPage key={id} id={id} />
      )}
    </Panes>
  );
}
