import { IconPackage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Empty } from "../shell/states";
import { ProductList } from "./ProductList";
import { ProductPage } from "./ProductPage";
import classes from "./Products.module.css";

/** What the company sells: found on the left, one product, to be sent to a customer, on the right. */
export default function Products() {
  const { t } = useTranslation("products");
  const { id } = useParams();
  return (
    <div className={classes.panes} data-open={id === undefined ? undefined : true}>
      <ProductList />
      <div className={classes.open}>
        {id === undefined ? (
          <Empty icon={<IconPackage size={22} aria-hidden />} title={t("choose")} hint={t("chooseHint")} />
        ) : (
          <ProductPage key={id} id={id} />
        )}
      </div>
    </div>
  );
}
