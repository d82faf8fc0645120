import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components, operations } from "../api/schema";
import { tellFailure } from "../page/tell";

type Schemas = components["schemas"];
export type QuoteItem = Schemas["QuoteItem"];
export type Quote = Schemas["Quote"];
export type QuoteStatus = QuoteItem["status"];
export type OrderItem = Schemas["OrderItem"];
export type Order = Schemas["Order"];
export type QuoteLine = Schemas["QuoteLine"];
export type SaleChange = Schemas["SaleChange"];
export type QuoteLineIn = Schemas["QuoteLineIn"];
export type QuoteQuery = NonNullable<operations["list_quotes"]["parameters"]["query"]>;
export type OrderQuery = NonNullable<operations["list_orders"]["parameters"]["query"]>;

export function useQuotes(query: QuoteQuery) {
  return useInfiniteQuery({
    queryKey: [...keys.quotes, query],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/quotes", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useOrders(query: OrderQuery) {
  return useInfiniteQuery({
    queryKey: [...keys.orders, query],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/orders", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useQuote(id: string) {
  return useQuery({
    queryKey: keys.quote(id),
    queryFn: () => answer(api.GET("/api/quotes/{quote_id}", { params: { path: { quote_id: id } } })),
  });
}

export function useOrder(id: string) {
  return useQuery({
    queryKey: keys.order(id),
    queryFn: () => answer(api.GET("/api/orders/{order_id}", { params: { path: { order_id: id } } })),
  });
}

/** Does something with a sale; lists, quotes and orders are read anew whatever came of it. */
export function useDeed<Given, Done>(deed: (given: Given) => Promise<Done>, done: (result: Done) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: done,
    onError: tellFailure,
    onSettled: () =>
      Promise.all(
        [keys.quotes, keys.orders, ["quote"], ["order"]].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

/** Deeds by the id of a quote or an order. */
export const deeds = {
  write: (body: Schemas["QuoteIn"]) => answer(api.POST("/api/quotes", { body })),
  send: (id: string) =>
    answer(api.POST("/api/quotes/{quote_id}/send", { params: { path: { quote_id: id } } })),
  revise: (id: string, body: Schemas["Revision"]) =>
    answer(api.POST("/api/quotes/{quote_id}/revise", { params: { path: { quote_id: id } }, body })),
  accept: (id: string, reason: string) =>
    answer(
      api.POST("/api/quotes/{quote_id}/accept", { params: { path: { quote_id: id } }, body: { reason } }),
    ),
  cancel: (id: string, reason: string) =>
    answer(
      api.POST("/api/quotes/{quote_id}/cancel", { params: { path: { quote_id: id } }, body: { reason } }),
    ),
  cancelOrder: (id: string, reason: string) =>
    answer(
      api.POST("/api/orders/{order_id}/cancel", { params: { path: { order_id: id } }, body: { reason } }),
    ),
  quotePaper: (id: string) =>
    answer(api.GET("/api/quotes/{quote_id}/pdf", { params: { path: { quote_id: id } } })),
  receipt: (id: string) =>
    answer(api.GET("/api/orders/{order_id}/receipt", { params: { path: { order_id: id } } })),
};
