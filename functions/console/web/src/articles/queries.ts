import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { Article, ArticleChange, ArticleIn, ArticleQuery, TrialIn } from "../api/desk";
import { keys } from "../api/queries";
import { tellFailure } from "../page/tell";

/** While the bot learns something, the list is read again this often to tell when it is done. */
const LEARNING_MS = 4000;

export function useArticles(filters: ArticleQuery) {
  return useInfiniteQuery({
    queryKey: [...keys.articles, "list", filters],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/knowledge/articles", { params: { query: { ...filters, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((item) => item.state === "learning")) === true
        ? LEARNING_MS
        : false,
  });
}

export function useArticle(id: string) {
  return useQuery({
    queryKey: [...keys.articles, id],
    queryFn: () => answer(api.GET("/api/knowledge/articles/{article_id}", of(id))),
    refetchInterval: ({ state }) => (state.data?.state === "learning" ? LEARNING_MS : false),
  });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: [...keys.articles, id, "versions"],
    queryFn: () => answer(api.GET("/api/knowledge/articles/{article_id}/versions", of(id))),
    select: ({ items }) => items.toSorted((a, b) => b.version - a.version),
  });
}

export function useTrial() {
  return useMutation({
    mutationFn: (body: TrialIn) => answer(api.POST("/api/knowledge/try", { body })),
  });
}

/** Writes an article; what the server answers is what is shown. */
export function useArticleChanges() {
  const queries = useQueryClient();
  function keep(article: Article) {
    void queries.invalidateQueries({ queryKey: keys.articles });
    queries.setQueryData([...keys.articles, article.id], article);
  }
  const change = { onSuccess: keep, onError: tellFailure };
  return {
    create: useMutation({
      mutationFn: (body: ArticleIn) => answer(api.POST("/api/knowledge/articles", { body })),
      onSuccess: keep,
    }),
    save: useMutation({
      mutationFn: ({ id, ...body }: ArticleChange & { id: string }) =>
        answer(api.PUT("/api/knowledge/articles/{article_id}", { ...of(id), body })),
      onSuccess: keep,
    }),
    restore: useMutation({
      mutationFn: ({ id, version }: { id: string; version: number }) =>
        answer(api.POST("/api/knowledge/articles/{article_id}/restore", { ...of(id), body: { version } })),
      ...change,
    }),
    archive: useMutation({
      mutationFn: (id: string) => answer(api.DELETE("/api/knowledge/articles/{article_id}", of(id))),
      onSuccess: () => queries.invalidateQueries({ queryKey: keys.articles }),
      onError: tellFailure,
    }),
  };
}

function of(id: string) {
  return { params: { path: { article_id: id } } };
}
