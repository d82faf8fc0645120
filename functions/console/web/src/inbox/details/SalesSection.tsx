import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { money } from "../../products/money";
import { QuoteBadge } from "../../quotes/Badges";
import { useQuotes } from "../../quotes/queries";
import { titleOf } from "../../quotes/titles";
import { useMe } from "../../session/session";
import classes from "../Inbox.module.css";
import { Section } from "./Section";

/** What was offered in a conversation, and where each offer stands; nothing where nothing was. */
export function SalesSection({ conversation }: { conversation: string }) {
  const { can } = useMe();
  return can("quotes:read") ? <Offers conversation={conversation} /> : null;
}

function Offers({ conversation }: { conversation: string }) {
  const { t, i18n } = useTranslation("quotes");
  const { data } = useQuotes({ conversation_id: conversation, limit: 10 });
  const quotes = data?.pages[0]?.items.filter(({ status }) => status !== "superseded") ?? [];
  if (quotes.length === 0) return null;
  return (
    <Section title={t("tabs.quotes")}>
      <ul className={classes.plainList}>
        {quotes.map((quote) => (
          <li key={quote.id}>
            <Link className={classes.previous} to={`/sales/quotes/${quote.id}`}>
              <Text span size="sm" truncate flex={1}>
                {titleOf(quote)}
              </Text>
              <Text span size="xs" c="dimmed">
                {money(quote.total, quote.currency, i18n.language)}
              </Text>
            </Link>
            <Group gap={4}>
              <QuoteBadge quote={quote} />
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  );
}
