import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { keys } from "../../api/queries";
import { messagesOf, type Thread } from "../thread";

/** How long a message has to be there before whoever sees the page is taken to have read it. */
const READING_MS = 1500;
/** Older than every message: whoever has seen none is asked before anything goes past one. */
const NOTHING = "00000000-0000-0000-0000-000000000000";

/**
 * The last message the author has had the time to see: what came in the instant before Enter was pressed is not it, and
 * the server then asks before it sends.
 */
export function useSeen(conversation: string): () => string {
  const queries = useQueryClient();
  const seen = useRef<string | null>(null);
  useEffect(() => {
    const newest = () => {
      const thread = queries.getQueryData<Thread>(keys.messages(conversation));
      return thread === undefined ? null : (messagesOf(thread).at(-1)?.id ?? null);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let coming = newest();
    seen.current = coming;
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.query.queryKey[0] !== "messages" || event.query.queryKey[1] !== conversation) return;
      const now = newest();
      if (now === coming) return;
      // What one opens the conversation with is seen at once.
      if (seen.current === null) seen.current = now;
      coming = now;
      clearTimeout(timer);
      timer = setTimeout(() => (seen.current = now), READING_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries, conversation]);
  return useCallback(() => seen.current ?? NOTHING, []);
}
