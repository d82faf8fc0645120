import { Anchor, Button, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { IconFileText, IconReceiptOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { ApiProblem } from "../api/client";
import { useFormats } from "../page/formats";
import { tellDone } from "../page/tell";
import { money } from "../products/money";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { QuoteBadge } from "./Badges";
import { Card, Fact, Lines, PageSkeleton, SaleHistory, SalePage, Sides } from "./Parts";
import { deeds, type Quote, useDeed, useQuote } from "./queries";
import { RevisionForm } from "./QuoteForm";
import classes from "./Quotes.module.css";
import { ReasonModal } from "./ReasonModal";
import { titleOf } from "./titles";

export function QuotePage({ id }: { id: string }) {
  const { t } = useTranslation("quotes");
  const { data: quote, error, refetch } = useQuote(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconReceiptOff size={22} aria-hidden />} title={t("notFound.quote")} />;
  }
  if (quote === undefined && error !== null)
    return <FailedToLoad error={error} retry={() => void refetch()} />;
  return (
    <SalePage
      back="/sales/quotes"
      title={quote === undefined ? <Skeleton h={22} w={240} /> : titleOf(quote)}
      subtitle={quote !== undefined && <QuoteBadge quote={quote} />}
      actions={quote !== undefined && <QuoteActions quote={quote} />}
    >
      {quote === undefined ? <PageSkeleton /> : <QuoteBody quote={quote} />}
    </SalePage>
  );
}

function QuoteBody({ quote }: { quote: Quote }) {
  const { t, i18n } = useTranslation("quotes");
  const { dateTime } = useFormats();
  const amount = (value: string) => money(value, quote.currency, i18n.language);
  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <Card title={t("lines.title")}>
          <Lines lines={quote.lines} currency={quote.currency} />
          {quote.note !== null && (
            <Text size="sm" mt="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {quote.note}
            </Text>
          )}
        </Card>
        <Card title={t("history.title")}>
          <SaleHistory history={quote.history} />
        </Card>
      </Stack>
      <Card title={t("facts.title")}>
        <dl className={classes.facts}>
          <Sides sale={quote} />
          <Fact name={t("facts.validUntil")}>{dateTime(quote.valid_until)}</Fact>
          <Fact name={t("facts.before")}>
            {quote.supersedes !== null && (
              <Anchor component={Link} to={`/sales/quotes/${quote.supersedes}`} size="sm">
                {t("facts.open")}
              </Anchor>
            )}
          </Fact>
          <Fact name={t("facts.subtotal")}>{amount(quote.subtotal)}</Fact>
          <Fact name={t("facts.discount")}>{Number(quote.discount) > 0 && amount(quote.discount)}</Fact>
          <Fact name={t("facts.tax")}>{amount(quote.tax)}</Fact>
          <Fact name={t("facts.total")}>
            <b>{amount(quote.total)}</b>
          </Fact>
        </dl>
      </Card>
    </div>
  );
}

const NOTHING = { send: false, accept: false, revise: false, cancel: false };

/** What the server lets one do with a quote as it stands. */
function possible({ status, requested_at: requested, conversation_id: conversation }: Quote): typeof NOTHING {
  const open = status === "draft" || status === "sent";
  return {
    send: status === "draft" && requested === null && conversation !== null,
    accept: status === "sent",
    revise: open || status === "expired",
    cancel: open,
  };
}

/** The buttons for what may be done with a quote. */
function QuoteActions({ quote }: { quote: Quote }) {
  const { t } = useTranslation("quotes");
  const { can } = useMe();
  const navigate = useNavigate();
  const [asking, ask] = useState<"accept" | "cancel" | "revise" | null>(null);
  const close = () => ask(null);
  const paper = useDeed(deeds.quotePaper, ({ url }) => window.open(url, "_blank", "noopener"));
  const send = useDeed(deeds.send, () => tellDone(t("done", { number: titleOf(quote) })));
  const accept = useDeed(
    (reason: string) => deeds.accept(quote.id, reason),
    ({ order }) => {
      tellDone(t("deeds.accept.done", { number: order.number }));
      void navigate(`/sales/orders/${order.id}`);
    },
  );
  const cancel = useDeed(
    (reason: string) => deeds.cancel(quote.id, reason),
    () => {
      tellDone(t("deeds.cancel.done", { number: titleOf(quote) }));
      close();
    },
  );
  const may = can("quotes:write") ? possible(quote) : NOTHING;
  return (
    <>
      {quote.sent_at !== null && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFileText size={14} aria-hidden />}
          loading={paper.isPending}
          onClick={() => paper.mutate(quote.id)}
        >
          {t("deeds.pdf")}
        </Button>
      )}
      {may.cancel && (
        <Button size="xs" variant="default" color="red" onClick={() => ask("cancel")}>
          {t("deeds.cancel.open")}
        </Button>
      )}
      {may.revise && (
        <Button size="xs" variant="default" onClick={() => ask("revise")}>
          {t("deeds.revise.open")}
        </Button>
      )}
      {may.accept && (
        <Button size="xs" onClick={() => ask("accept")}>
          {t("deeds.accept.open")}
        </Button>
      )}
      {may.send && (
        <Button size="xs" loading={send.isPending} onClick={() => send.mutate(quote.id)}>
          {t("send")}
        </Button>
      )}
      {(asking === "accept" || asking === "cancel") && (
        <ReasonModal
          deed={asking}
          busy={accept.isPending || cancel.isPending}
          submit={(reason) => (asking === "accept" ? accept : cancel).mutate(reason)}
          close={close}
        />
      )}
      <Modal opened={asking === "revise"} onClose={close} title={t("deeds.revise.title")} size="lg">
        <RevisionForm
          quote={quote}
          onClose={close}
          onDone={(next) => void navigate(`/sales/quotes/${next}`)}
        />
      </Modal>
    </>
  );
}
