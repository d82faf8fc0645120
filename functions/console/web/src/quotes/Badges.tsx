import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Quotes.module.css";
import type { OrderItem, QuoteItem } from "./queries";

const COLORS: Record<string, string> = {
  draft: "gray",
  sending: "blue",
  sent: "blue",
  accepted: "teal",
  expired: "yellow",
  cancelled: "red",
  superseded: "gray",
  placed: "teal",
};

/** Where a quote stands; one that waits to be sent is on its way. */
export function QuoteBadge({ quote }: { quote: Pick<QuoteItem, "status" | "requested_at"> }) {
  return <State name={quote.status === "draft" && quote.requested_at !== null ? "sending" : quote.status} />;
}

export function OrderBadge({ order }: { order: Pick<OrderItem, "status"> }) {
  return <State name={order.status} />;
}

function State({ name }: { name: string }) {
  const { t } = useTranslation("quotes");
  return (
    <Badge className={classes.badge} variant="dot" color={COLORS[name] ?? "gray"} tt="none" fw={500}>
      {t(`states.${name}`)}
    </Badge>
  );
}
