import { createContext, use, useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import type { FeedEvent, Presence } from "../api/contract";
import { useNow } from "../time/useNow";
import type { Live } from "./live";
import type { LiveState } from "./socket";

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("useLive is called outside of RealtimeProvider");
  return live;
}

/** Whether what one sees is current as it happens. */
export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(
    live.subscribe,
    useCallback(() => live.state, [live]),
  );
}

/** Who looks at a conversation or types in it, as long as it is so. */
export function usePresence(conversation: string): Presence[] {
  const live = useLive();
  const now = useNow("second");
  const present = useSyncExternalStore(
    live.subscribe,
    useCallback(() => live.presence(conversation), [live, conversation]),
  );
  return present.filter((one) => Date.parse(one.until) > now);
}

/** Calls with every event of the feed. */
export function useFeedEvents(listener: (event: FeedEvent) => void): void {
  const live = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => live.listen((event) => latest.current(event)), [live]);
}

/** True while somebody types in a conversation, as far as we are told. */
export function useTyping(conversation: string): boolean {
  const live = useLive();
  return useSyncExternalStore(
    live.subscribe,
    useCallback(
      () =>
        live
          .presence(conversation)
          .some((one) => one.state === "typing" && Date.parse(one.until) > Date.now()),
      [live, conversation],
    ),
  );
}
