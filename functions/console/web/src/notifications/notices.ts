import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { Notice, NoticePage } from "../api/contract";
import { keys } from "../api/queries";

const PAGE = 20;

export type Notices = InfiniteData<NoticePage, string | null>;

/** What one was told, newest first, page by page. */
export function useNotices() {
  return useInfiniteQuery({
    queryKey: keys.notifications,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/notifications", {
          params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next,
  });
}

/** Notes that a notice was seen: here at once, at the server as soon as it answers. */
export function useReadNotice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (notice: Notice) =>
      answer(
        api.POST("/api/notifications/{notification_id}/read", {
          params: { path: { notification_id: notice.id } },
        }),
      ),
    onMutate: (notice) =>
      queries.setQueryData<Notices>(
        keys.notifications,
        (known) => known && seen(known, notice.id, new Date().toISOString()),
      ),
    // What was noted too early is put right; what was noted rightly is confirmed.
    onSettled: () => queries.invalidateQueries({ queryKey: keys.notifications }),
  });
}

/** The notices with one of them read. */
export function seen(known: Notices, id: string, at: string): Notices {
  const fresh = known.pages.some((page) =>
    page.items.some((each) => each.id === id && each.read_at === null),
  );
  if (!fresh) return known;
  return {
    ...known,
    pages: known.pages.map((page) => ({
      ...page,
      unread: Math.max(0, page.unread - 1),
      items: page.items.map((each) => (each.id === id ? { ...each, read_at: at } : each)),
    })),
  };
}

/** Where a notice leads; nowhere when what it is about is gone. */
export function placeOf({ kind, conversation_id, ticket_id }: Notice): string | null {
  if (kind === "alert") return "/alerts/open";
  if (conversation_id !== null) return `/inbox/${conversation_id}?box=all`;
  return ticket_id === null ? null : `/tickets/${ticket_id}`;
}
