import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import type { components } from "../api/schema";
import { useChange } from "../people/changes";

type Schemas = components["schemas"];
export type Account = Schemas["SocialAccount"];
export type Limits = Schemas["NetworkLimits"];
export type Network = Account["network"];
export type Post = Schemas["SocialPost"];
export type PostItem = Schemas["SocialPostItem"];
export type PostIn = Schemas["SocialPostIn"];
export type Publication = Schemas["SocialPublication"];
export type Media = Schemas["SocialMedia"];
export type Timing = Schemas["SocialTiming"];
export type Slot = Schemas["SocialSlot"];
export type Status = PostItem["status"];
export type Purpose = NonNullable<PostItem["purpose"]>;

export const STATUSES: Status[] = [
  "draft",
  "review",
  "approved",
  "scheduled",
  "published",
  "failed",
  "cancelled",
];
export const PURPOSES: Purpose[] = ["promotion", "novelty", "education", "engagement", "service", "season"];

const HOUR = 3_600_000;
const SOON = 4_000;

export function useAccounts() {
  return useQuery({
    queryKey: [...keys.social, "accounts"],
    queryFn: () => answer(api.GET("/api/social/accounts")),
    select: (answered) => answered.items,
  });
}

const networks = {
  queryKey: [...keys.social, "networks"],
  queryFn: () => answer(api.GET("/api/social/networks")),
  staleTime: HOUR,
};

/** What each network takes. */
export function useLimits() {
  return useQuery({
    ...networks,
    select: ({ items }) => new Map(items.map((limits) => [limits.network, limits])),
  });
}

/** The zone of the company's plan, in which these screens tell every time; the browser's until it is known. */
export function useZone(): string | undefined {
  return useQuery({ ...networks, select: ({ timezone }) => timezone }).data;
}

export function useCalendar(start: Date, end: Date) {
  const query = { start: start.toISOString(), end: end.toISOString() };
  return useQuery({
    queryKey: [...keys.social, "calendar", query.start, query.end],
    queryFn: () => answer(api.GET("/api/social/calendar", { params: { query } })),
    refetchInterval: 60_000,
  });
}

export function usePosts(statuses: Status[]) {
  return useInfiniteQuery({
    queryKey: [...keys.social, "posts", statuses],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/social/posts", { params: { query: { status: statuses, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** One post; while it is on its way to a network, or its picture is being made, it is read again and again. */
export function usePost(id: string) {
  return useQuery({
    queryKey: [...keys.social, "post", id],
    queryFn: () => answer(api.GET("/api/social/posts/{post_id}", { params: { path: { post_id: id } } })),
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? SOON : false),
  });
}

/** Whether something about it changes by itself within moments. */
export function isMoving(post: Post): boolean {
  if (post.illustration === "requested") return true;
  return post.publications.some(
    ({ state, due_at }) => state === "due" && due_at !== null && Date.parse(due_at) < Date.now() + 5_000,
  );
}

export function useBestTimes(account: string | null, kind: PostItem["kind"] | null) {
  return useQuery({
    queryKey: [...keys.social, "times", account, kind],
    queryFn: () =>
      answer(
        api.GET("/api/social/best-times", {
          params: { query: { account: account ?? "", ...(kind !== null && { kind }) } },
        }),
      ),
    enabled: account !== null,
  });
}

const stale = [keys.social];

export function useWrite(id: string | null) {
  return useChange({
    call: (body: PostIn): Promise<Post> =>
      id === null
        ? answer(api.POST("/api/social/posts", { body }))
        : answer(api.PUT("/api/social/posts/{post_id}", { params: { path: { post_id: id } }, body })),
    stale,
  });
}

export type Verb = "submit" | "approve" | "unschedule" | "cancel";

/** A step of the post's way that needs no words. */
export function useStep(id: string) {
  const params = { path: { post_id: id } };
  return useChange({
    call: (verb: Verb): Promise<Post> => answer(api.POST(`/api/social/posts/{post_id}/${verb}`, { params })),
    stale,
  });
}

export function useReject(id: string) {
  return useChange({
    call: (reason: string) =>
      answer(
        api.POST("/api/social/posts/{post_id}/reject", {
          params: { path: { post_id: id } },
          body: { reason },
        }),
      ),
    stale,
  });
}

/** At a time, or (null) at the best free one of each account. */
export function useSchedule(id: string) {
  return useChange({
    call: (at: string | null) =>
      answer(
        api.POST("/api/social/posts/{post_id}/schedule", { params: { path: { post_id: id } }, body: { at } }),
      ),
    stale,
  });
}

export function useRetry() {
  return useChange({
    call: ({ id, text }: { id: string; text: string | null }) =>
      answer(
        api.POST("/api/social/publications/{publication_id}/retry", {
          params: { path: { publication_id: id } },
          body: { text },
        }),
      ),
    stale,
  });
}

export function useSettle() {
  return useChange({
    call: ({ id, is_public }: { id: string; is_public: boolean }) =>
      answer(
        api.POST("/api/social/publications/{publication_id}/settle", {
          params: { path: { publication_id: id } },
          body: { is_public },
        }),
      ),
    stale,
  });
}

export function useGenerate() {
  return useChange({
    call: (body: Schemas["GenerateIn"]) => answer(api.POST("/api/social/generate", { body })),
    stale,
  });
}

export function useConnect(said: string) {
  return useChange({
    call: (body: Schemas["SocialAccountIn"]) => answer(api.POST("/api/social/accounts", { body })),
    stale,
    said,
  });
}

export function useWeekly(said: string) {
  return useChange({
    call: ({ id, weekly }: { id: string; weekly: number }) =>
      answer(
        api.PATCH("/api/social/accounts/{account_id}", {
          params: { path: { account_id: id } },
          body: { weekly },
        }),
      ),
    stale,
    said,
  });
}

export function useRemove(said: string) {
  return useChange({
    call: (id: string) =>
      answer(api.DELETE("/api/social/accounts/{account_id}", { params: { path: { account_id: id } } })),
    stale,
    said,
  });
}
