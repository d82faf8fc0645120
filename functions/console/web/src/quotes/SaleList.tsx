import { Button, Group, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconReceiptOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAgents, useBranches } from "../people/lists";
import { money } from "../products/money";
import { Empty, FailedToLoad } from "../shell/states";
import { RelativeTime } from "../time/Times";
import { OrderBadge, QuoteBadge } from "./Badges";
import { type FilterName, useSaleFilters } from "./filters";
import {
  type OrderItem,
  type OrderQuery,
  type QuoteItem,
  type QuoteQuery,
  useOrders,
  useQuotes,
} from "./queries";
import linked from "../page/LinkedRows.module.css";
import classes from "./Quotes.module.css";
import { titleOf } from "./titles";

const QUOTE_STATES = ["draft", "sent", "accepted", "expired", "cancelled", "superseded"];
const ORDER_STATES = ["placed", "cancelled"];

export function QuoteList() {
  const { chosen, ...filters } = useSaleFilters();
  const found = useQuotes(chosen as QuoteQuery);
  const quotes = found.data?.pages.flatMap((page) => page.items);
  return (
    <SaleList kind="quotes" states={QUOTE_STATES} chosen={chosen} {...filters} found={found}>
      {quotes?.map((quote) => (
        <SaleRow
          key={quote.id}
          to={`/sales/quotes/${quote.id}`}
          sale={quote}
          title={titleOf(quote)}
          at={quote.created_at}
          badge={<QuoteBadge quote={quote} />}
        />
      ))}
    </SaleList>
  );
}

export function OrderList() {
  const { chosen, ...filters } = useSaleFilters();
  const found = useOrders(chosen as OrderQuery);
  const orders = found.data?.pages.flatMap((page) => page.items);
  return (
    <SaleList kind="orders" states={ORDER_STATES} chosen={chosen} {...filters} found={found}>
      {orders?.map((order) => (
        <SaleRow
          key={order.id}
          to={`/sales/orders/${order.id}`}
          sale={order}
          title={order.number}
          at={order.placed_at}
          badge={<OrderBadge order={order} />}
        />
      ))}
    </SaleList>
  );
}

interface ListProps {
  kind: "quotes" | "orders";
  states: string[];
  chosen: Partial<Record<FilterName, string>>;
  choose: (name: FilterName, value: string | null) => void;
  clear: () => void;
  found: Pick<
    ReturnType<typeof useQuotes> | ReturnType<typeof useOrders>,
    "error" | "hasNextPage" | "isFetchingNextPage"
  > & { refetch: () => unknown; fetchNextPage: () => unknown };
  /** Undefined while nothing was answered. */
  children: ReactNode[] | undefined;
}

function SaleList({ kind, states, chosen, choose, clear, found, children: rows }: ListProps) {
  const { t } = useTranslation(["quotes", "page"]);
  const filtered = Object.keys(chosen).length > 0;
  return (
    <>
      <Filters states={states} chosen={chosen} choose={choose} clear={clear} />
      {rows === undefined && found.error !== null && (
        <FailedToLoad error={found.error} retry={() => void found.refetch()} />
      )}
      {rows === undefined && found.error === null && <RowSkeletons />}
      {rows?.length === 0 && (
        <Empty
          icon={<IconReceiptOff size={22} aria-hidden />}
          title={t(filtered ? "empty.title" : `empty.${kind}`)}
          hint={t(filtered ? "empty.hint" : `empty.${kind}Hint`)}
        />
      )}
      {rows !== undefined && rows.length > 0 && (
        <div className={linked.list}>
          <Table verticalSpacing={8} horizontalSpacing="md">
            <Table.Thead className={linked.wide}>
              <Table.Tr>
                {["number", "state", "agent", "branch", "date", "total"].map((column) => (
                  <Table.Th
                    key={column}
                    fz="xs"
                    c="dimmed"
                    fw={550}
                    className={column === "total" ? classes.amount : undefined}
                  >
                    {t(`columns.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>{rows}</Table.Tbody>
          </Table>
        </div>
      )}
      {found.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="light"
            size="xs"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("page:loadMore")}
          </Button>
        </Group>
      )}
    </>
  );
}

function Filters({
  states,
  chosen,
  choose,
  clear,
}: Pick<ListProps, "states" | "chosen" | "choose" | "clear">) {
  const { t } = useTranslation("quotes");
  const branches = useBranches().data ?? [];
  const agents = useAgents().data ?? [];
  const lists: [FilterName, { value: string; label: string }[]][] = [
    ["status", states.map((value) => ({ value, label: t(`states.${value}`) }))],
    ["branch_id", branches.map(({ id, name }) => ({ value: id, label: name }))],
    ["agent_id", agents.map(({ id, name }) => ({ value: id, label: name }))],
  ];
  return (
    <Group gap="xs" mb="md" role="search">
      {lists
        .filter(([name, data]) => data.length > 1 || chosen[name] !== undefined)
        .map(([name, data]) => (
          <Select
            key={name}
            size="xs"
            flex="1 1 130px"
            maw={190}
            aria-label={t(`filters.${name}`)}
            placeholder={t(`filters.${name}`)}
            data={data}
            value={chosen[name] ?? null}
            onChange={(value) => choose(name, value)}
            clearable
            searchable={data.length > 8}
          />
        ))}
      {Object.keys(chosen).length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={clear}>
          {t("filters.clear")}
        </Button>
      )}
    </Group>
  );
}

interface RowProps {
  to: string;
  sale: Pick<QuoteItem | OrderItem, "customer" | "agent" | "branch_id" | "total" | "currency">;
  title: string;
  at: string;
  badge: ReactNode;
}

function SaleRow({ to, sale, title, at, badge }: RowProps) {
  const { t, i18n } = useTranslation("quotes");
  const branches = useBranches().data ?? [];
  return (
    <Table.Tr className={linked.row}>
      <Table.Td>
        <Link to={to} className={linked.link}>
          {title}
        </Link>
        <Text size="xs" c="dimmed">
          {sale.customer.name ?? t("unnamed")}
        </Text>
        <Group gap={6} mt={6} className={linked.narrow}>
          {badge}
        </Group>
      </Table.Td>
      <Table.Td className={linked.wide}>{badge}</Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="sm" c={sale.agent === null ? "dimmed" : undefined}>
          {sale.agent?.name ?? t("noAgent")}
        </Text>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="sm">{branches.find(({ id }) => id === sale.branch_id)?.name}</Text>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime at={at} />
        </Text>
      </Table.Td>
      <Table.Td className={classes.amount}>{money(sale.total, sale.currency, i18n.language)}</Table.Td>
    </Table.Tr>
  );
}

function RowSkeletons() {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: 8 }, (_, place) => (
        <Skeleton key={place} h={46} />
      ))}
    </Stack>
  );
}
