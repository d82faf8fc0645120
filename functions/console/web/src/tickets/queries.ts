import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import type { TicketIn, TicketPatch, TicketQuery } from "../api/desk";
import { keys } from "../api/queries";
import { tellDone, tellFailure } from "../page/tell";

const PAGE = 50;

/** Tickets newest first, a page at a time. */
export function useTickets(query: TicketQuery) {
  return useInfiniteQuery({
    queryKey: [...keys.tickets, query],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/support/tickets", { params: { query: { ...query, limit: PAGE, cursor: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useTicket(id: string) {
  return useQuery({
    queryKey: keys.ticket(id),
    queryFn: () =>
      answer(api.GET("/api/support/tickets/{ticket_id}", { params: { path: { ticket_id: id } } })),
  });
}

export function useOpenTicket() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TicketIn) => answer(api.POST("/api/support/tickets", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

/** Changes single fields; the ticket shown is what the server answers with. */
export function useChangeTicket(id: string) {
  const { t } = useTranslation("tickets");
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TicketPatch) =>
      answer(api.PATCH("/api/support/tickets/{ticket_id}", { params: { path: { ticket_id: id } }, body })),
    onSuccess: (ticket) => {
      queries.setQueryData(keys.ticket(id), ticket);
      void queries.invalidateQueries({ queryKey: keys.tickets });
      tellDone(t("actions.saved"));
    },
    onError: tellFailure,
  });
}

export function useDeleteTicket(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/support/tickets/{ticket_id}", { params: { path: { ticket_id: id } } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: keys.ticket(id) });
      return queries.invalidateQueries({ queryKey: keys.tickets });
    },
    onError: tellFailure,
  });
}
