import { Anchor, Button, Skeleton, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconReceipt, IconReceiptOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiProblem } from "../api/client";
import { useFormats } from "../page/formats";
import { tellDone } from "../page/tell";
import { money } from "../products/money";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { OrderBadge } from "./Badges";
import { Card, Fact, Lines, PageSkeleton, SaleHistory, SalePage, Sides } from "./Parts";
import { deeds, type Order, useDeed, useOrder } from "./queries";
import classes from "./Quotes.module.css";
import { ReasonModal } from "./ReasonModal";

export function OrderPage({ id }: { id: string }) {
  const { t } = useTranslation("quotes");
  const { data: order, error, refetch } = useOrder(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconReceiptOff size={22} aria-hidden />} title={t("notFound.order")} />;
  }
  if (order === undefined && error !== null)
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  return (
    <SalePage
      back="/sales/orders"
      title={order === undefined ? <Skeleton h={22} w={240} /> : order.number}
      subtitle={order !== undefined && <OrderBadge order={order} />}
      actions={order !== undefined && <OrderActions order={order} />}
    >
      {order === undefined ? <PageSkeleton /> : <OrderBody order={order} />}
    </SalePage>
  );
}

function OrderBody({ order }: { order: Order }) {
  const { t, i18n } = useTranslation("quotes");
  const { dateTime } = useFormats();
  const amount = (value: string) => money(value, order.currency, i18n.language);
  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <Card title={t("lines.title")}>
          <Lines lines={order.lines} currency={order.currency} />
        </Card>
        <Card title={t("history.title")}>
          <SaleHistory history={order.history} />
        </Card>
      </Stack>
      <Card title={t("facts.title")}>
        <dl className={classes.facts}>
          <Sides sale={order} />
          <Fact name={t("facts.quote")}>
            <Anchor component={Link} to={`/sales/quotes/${order.quote_id}`} size="sm">
              {order.quote_number}
            </Anchor>
          </Fact>
          <Fact name={t("facts.placed")}>{dateTime(order.placed_at)}</Fact>
          <Fact name={t("facts.receipt")}>{order.receipt_number ?? t("facts.receiptSoon")}</Fact>
          <Fact name={t("facts.net")}>{amount(order.net)}</Fact>
          <Fact name={t("facts.tax")}>{amount(order.tax)}</Fact>
          <Fact name={t("facts.total")}>
            <b>{amount(order.total)}</b>
          </Fact>
        </dl>
      </Card>
    </div>
  );
}

function OrderActions({ order }: { order: Order }) {
  const { t } = useTranslation("quotes");
  const { can } = useMe();
  const [cancelling, dialog] = useDisclosure();
  const receipt = useDeed(deeds.receipt, ({ url }) => window.open(url, "_blank", "noopener"));
  const cancel = useDeed(
    (reason: string) => deeds.cancelOrder(order.id, reason),
    () => {
      tellDone(t("deeds.cancelOrder.done", { number: order.number }));
      dialog.close();
    },
  );
  return (
    <>
      {can("quotes:write") && order.status === "placed" && (
        <Button size="xs" variant="default" color="red" onClick={dialog.open}>
          {t("deeds.cancelOrder.open")}
        </Button>
      )}
      {order.receipt_number !== null && (
        <Button
          size="xs"
          leftSection={<IconReceipt size={14} aria-hidden />}
          loading={receipt.isPending}
          onClick={() => receipt.mutate(order.id)}
        >
          {t("deeds.receipt")}
        </Button>
      )}
      {cancelling && (
        <ReasonModal
          deed="cancelOrder"
          busy={cancel.isPending}
          submit={(reason) => cancel.mutate(reason)}
          close={dialog.close}
        />
      )}
    </>
  );
}
