import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { Filters } from "./lists";

const LIST_PAGE = 40;
const THREAD_PAGE = 50;

/** The conversations of a list, page by page as it is scrolled. */
export function useConversations(filters: Filters) {
  return useInfiniteQuery({
    queryKey: [...keys.conversations, filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/conversations", {
          params: {
            query: {
              box: filters.box,
              limit: LIST_PAGE,
              ...(filters.branch && { branch: filters.branch }),
              ...(filters.channel && { channel: filters.channel }),
              ...(filters.priority && { priority: filters.priority }),
              ...(filters.q && { q: filters.q }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next,
  });
}

export function useCounts() {
  return useQuery({
    queryKey: keys.counts,
    queryFn: () => answer(api.GET("/api/conversations/counts")),
  });
}

export function useConversation(id: string) {
  return useQuery({
    queryKey: keys.conversation(id),
    queryFn: () =>
      answer(api.GET("/api/conversations/{conversation_id}", { params: { path: { conversation_id: id } } })),
  });
}

/** A conversation's messages; the next page is the older one. */
export function useMessages(id: string) {
  return useInfiniteQuery({
    queryKey: keys.messages(id),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/conversations/{conversation_id}/messages", {
          params: {
            path: { conversation_id: id },
            query: { limit: THREAD_PAGE, ...(pageParam && { before: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next,
  });
}

export function useTemplates(account: string) {
  return useQuery({
    queryKey: keys.templates(account),
    queryFn: () => answer(api.GET("/api/conversations/templates", { params: { query: { account } } })),
  });
}
