import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client";
import type { Conversation } from "../../api/contract";
import { keys } from "../../api/queries";
import { useMessages } from "../queries";
import { messagesOf } from "../thread";
import { type Asked, newestOf, refreshIn } from "./freshness";

/** Keeps a summary that somebody looks at abreast of the messages; the answer asks for it at once. */
export function useFreshSummary({ id, summary, summarized_by: by }: Conversation): () => Promise<void> {
  const queries = useQueryClient();
  const thread = useMessages(id).data;
  const newest = thread === undefined ? null : newestOf(messagesOf(thread), summary);
  const asked = useRef<(Asked & { of: string }) | null>(null);
  const [answers, setAnswers] = useState(0);

  const refresh = useCallback(async () => {
    const now = await answer(
      api.POST("/api/conversations/{conversation_id}/summary", { params: { path: { conversation_id: id } } }),
    );
    queries.setQueryData<Conversation>(keys.conversation(id), (known) => known && { ...known, summary: now });
  }, [queries, id]);

  useEffect(() => {
    const before = asked.current?.of === id ? asked.current : null;
    const wait = refreshIn(summary, by, newest, before, Date.now());
    if (wait === null || newest === null) return;
    const timer = setTimeout(() => {
      const times = before?.upto === newest ? before.times + 1 : 1;
      asked.current = { of: id, upto: newest, at: Date.now(), times };
      // Nobody asked for it, so nobody is to be disturbed where it fails: the next message brings it.
      refresh()
        .catch(() => undefined)
        .finally(() => setAnswers((known) => known + 1));
    }, wait);
    return () => clearTimeout(timer);
  }, [id, summary, by, newest, answers, refresh]);

  return refresh;
}
