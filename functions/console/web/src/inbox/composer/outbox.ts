import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { answer, api, ApiProblem } from "../../api/client";
import type { Message, MessageIn } from "../../api/contract";
import { keys } from "../../api/queries";
import { problemText } from "../../api/words";
import { added, type Thread } from "../thread";

/** A message between the composer and the server's answer. */
export interface Pending {
  conversation: string;
  client_id: string;
  /** The text as it will be read. */
  shown: string;
  at: number;
  note: { mentions: string[] } | null;
  body: Omit<MessageIn, "client_id">;
  /** Why it has not arrived, once no more tries are made by themselves. */
  failure: string | null;
}

/** How a send ended that did not arrive but needs a decision of its author. */
export interface Refused {
  pending: Pending;
  problem: ApiProblem;
}

/** Pauses between tries while the network fails, in milliseconds; the same `client_id` makes them one message. */
const PAUSES = [1000, 3000, 8000];

/** What is on its way to the server. It outlives the screen it was written on. */
export class Outbox {
  private all: Pending[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly queries: QueryClient,
    private readonly post: (pending: Pending) => Promise<Message> = postToApi,
    private readonly pause: (ms: number) => Promise<void> = waitOrOnline,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get pending(): Pending[] {
    return this.all;
  }

  /** Sends; null when it arrived or waits for another try, the refusal when its author has to decide. */
  async send(message: Omit<Pending, "at" | "failure" | "client_id">): Promise<Refused | null> {
    return this.deliver(
      this.put({ ...message, client_id: crypto.randomUUID(), at: Date.now(), failure: null }),
    );
  }

  /** Once more, as the same message. */
  async retry(pending: Pending, change: Partial<MessageIn> = {}): Promise<Refused | null> {
    return this.deliver(this.put({ ...pending, body: { ...pending.body, ...change }, failure: null }));
  }

  discard(pending: Pending): void {
    this.keep(this.all.filter((each) => each.client_id !== pending.client_id));
  }

  private async deliver(pending: Pending): Promise<Refused | null> {
    for (let tried = 0; ; tried++) {
      try {
        const message = await this.post(pending);
        this.queries.setQueryData<Thread>(
          keys.messages(pending.conversation),
          (thread) => thread && added(thread, message),
        );
        this.discard(pending);
        return null;
      } catch (error) {
        const passing = error instanceof ApiProblem && error.passing;
        const wait = PAUSES[tried];
        if (passing && wait !== undefined) {
          await this.pause(wait);
          continue;
        }
        if (error instanceof ApiProblem && !passing) {
          this.discard(pending);
          return { pending, problem: error };
        }
        this.put({ ...pending, failure: problemText(error) });
        return null;
      }
    }
  }

  private put(pending: Pending): Pending {
    const known = this.all.some((each) => each.client_id === pending.client_id);
    this.keep(
      known
        ? this.all.map((each) => (each.client_id === pending.client_id ? pending : each))
        : [...this.all, pending],
    );
    return pending;
  }

  private keep(all: Pending[]): void {
    this.all = all;
    this.listeners.forEach((tell) => tell());
  }
}

function postToApi(pending: Pending): Promise<Message> {
  const params = { path: { conversation_id: pending.conversation } };
  const { client_id, note, body } = pending;
  return note === null
    ? answer(
        api.POST("/api/conversations/{conversation_id}/messages", { params, body: { ...body, client_id } }),
      )
    : answer(
        api.POST("/api/conversations/{conversation_id}/notes", {
          params,
          body: { text: body.text ?? "", mentions: note.mentions, client_id },
        }),
      );
}

/** Waits, where there is no network until there is one. */
function waitOrOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (navigator.onLine) setTimeout(resolve, ms);
    else window.addEventListener("online", () => resolve(), { once: true });
  });
}

const outboxes = new WeakMap<QueryClient, Outbox>();

export function useOutbox(): Outbox {
  const queries = useQueryClient();
  return useMemo(() => {
    const outbox = outboxes.get(queries) ?? new Outbox(queries);
    outboxes.set(queries, outbox);
    return outbox;
  }, [queries]);
}

/** What is on its way in one conversation, oldest first. */
export function usePending(conversation: string): Pending[] {
  const outbox = useOutbox();
  const all = useSyncExternalStore(
    outbox.subscribe,
    useCallback(() => outbox.pending, [outbox]),
  );
  return useMemo(() => all.filter((each) => each.conversation === conversation), [all, conversation]);
}
