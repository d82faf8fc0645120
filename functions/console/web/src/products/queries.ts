import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components, operations } from "../api/schema";

export type Product = components["schemas"]["Product"];
export type ProductQuery = NonNullable<operations["list_products"]["parameters"]["query"]>;

/** How many conversations are offered to send something to. */
const OFFERED = 8;

export function useProducts(filters: ProductQuery) {
  return useInfiniteQuery({
    queryKey: [...keys.products, "list", filters],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/products", { params: { query: { ...filters, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useProduct(id: string) {
  return useQuery({
    queryKey: [...keys.products, id],
    queryFn: () => answer(api.GET("/api/products/{product_id}", { params: { path: { product_id: id } } })),
  });
}

/** What a branch's inventory says; it may take a moment, and says so when it does not answer. */
export function useStock(id: string, branch: string) {
  return useQuery({
    queryKey: [...keys.products, id, "stock", branch],
    queryFn: () =>
      answer(
        api.GET("/api/products/{product_id}/stock", {
          params: { path: { product_id: id }, query: { branch } },
        }),
      ),
  });
}

/** Open conversations somebody may mean: one's own first, by name or phone where something is typed. */
export function useRecipients(q: string) {
  return useQuery({
    queryKey: [...keys.conversations, "recipients", q],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/conversations", {
          params: { query: { box: q === "" ? "mine" : "all", limit: OFFERED, ...(q !== "" && { q }) } },
          signal,
        }),
      ),
    select: (page) => page.items,
  });
}

/** Sends a product; a second press of the same dialog is the same message. */
export function useShare() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({
      conversation,
      ...body
    }: {
      conversation: string;
      product_id: string;
      client_id: string;
    }) =>
      answer(
        api.POST("/api/conversations/{conversation_id}/products", {
          params: { path: { conversation_id: conversation } },
          body,
        }),
      ),
    onSuccess: (_, { conversation }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.messages(conversation) }),
        queries.invalidateQueries({ queryKey: keys.conversation(conversation) }),
      ]),
  });
}
