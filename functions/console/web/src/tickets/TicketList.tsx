import { Button, Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTicketOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Ticket } from "../api/desk";
import linked from "../page/LinkedRows.module.css";
import { Page } from "../page/Page";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { RelativeTime } from "../time/Times";
import { PriorityBadge, StatusBadge } from "./Badges";
import { FilterBar } from "./FilterBar";
import { useTicketFilters } from "./filters";
import { NewTicket } from "./NewTicket";
import { useTickets } from "./queries";
import { SlaClock } from "./SlaClock";
import { useCategoryName } from "./words";

export function TicketList() {
  const { t } = useTranslation(["tickets", "page"]);
  const { can } = useMe();
  const navigate = useNavigate();
  const [opening, dialog] = useDisclosure();
  const filters = useTicketFilters();
  const filtered = Object.keys(filters.chosen).length > 0;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useTickets(filters.query);
  const tickets = data?.pages.flatMap((page) => page.items);

  return (
    <Page
      title={t("title")}
      actions={
        can("tickets:write") && (
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={dialog.open}>
            {t("new")}
          </Button>
        )
      }
    >
      <FilterBar filters={filters} />
      {tickets === undefined && error !== null && <FailedToLoad error={error} retry={() => void refetch()} />}
      {tickets === undefined && error === null && <RowSkeletons />}
      {tickets?.length === 0 && (
        <Empty
          icon={<IconTicketOff size={22} aria-hidden />}
          title={t(filtered ? "empty.title" : "empty.none")}
          hint={t(filtered ? "empty.hint" : "empty.noneHint")}
        />
      )}
      {tickets !== undefined && tickets.length > 0 && <TicketTable tickets={tickets} />}
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="light" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("page:loadMore")}
          </Button>
        </Group>
      )}
      <NewTicket opened={opening} close={dialog.close} created={(id) => void navigate(`/tickets/${id}`)} />
    </Page>
  );
}

function TicketTable({ tickets }: { tickets: Ticket[] }) {
  const { t } = useTranslation("tickets");
  return (
    <div className={linked.list}>
      <Table verticalSpacing={8} horizontalSpacing="md">
        <Table.Thead className={linked.wide}>
          <Table.Tr>
            {["ticket", "status", "priority", "category", "agent", "sla", "created"].map((column) => (
              <Table.Th key={column} fz="xs" c="dimmed" fw={550}>
                {t(`columns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tickets.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function TicketRow({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const named = useCategoryName();
  return (
    <Table.Tr className={linked.row}>
      <Table.Td>
        <Link to={`/tickets/${ticket.id}`} className={linked.link}>
          {ticket.subject}
        </Link>
        <Text size="xs" c="dimmed" truncate>
          #{ticket.number}
          {` · ${ticket.customer.name ?? t("unnamed")}`}
        </Text>
        <Group gap={6} mt={6} className={linked.narrow}>
          <StatusBadge status={ticket.status} />
          <PriorityBadge priority={ticket.priority} />
          {ticket.sla && <SlaClock sla={ticket.sla} />}
        </Group>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <StatusBadge status={ticket.status} />
      </Table.Td>
      <Table.Td className={linked.wide}>
        <PriorityBadge priority={ticket.priority} score={ticket.score} />
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="sm">{named(ticket.category)}</Text>
      </Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="sm" c={ticket.agent === null ? "dimmed" : undefined}>
          {ticket.agent?.name ?? t("unassigned")}
        </Text>
      </Table.Td>
      <Table.Td className={linked.wide}>{ticket.sla && <SlaClock sla={ticket.sla} />}</Table.Td>
      <Table.Td className={linked.wide}>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime at={ticket.created_at} />
        </Text>
      </Table.Td>
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
