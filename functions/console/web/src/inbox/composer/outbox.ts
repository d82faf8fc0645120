import type { QueryClient } from "@tanstack/react-query";
import { answer, api, ApiProblem } from "../../api/client";
import type { Message, MessageIn } from "../../api/contract";
import { keys } from "../../api/queries";
import { problemText } from "../../api/words";
import { added, type Thread } from "../thread";

/** What the server wants confirmed before it sends. */
export interface Question {
  kind: "newer-message" | "locked";
  /** What the customer wrote meanwhile, or which colleague is writing. */
  told: string;
}

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
  /** The server has said that it does not take it. Without that it may have it, and only the same message is safe. */
  refused: boolean;
  /** What its author has to decide before it goes. */
  question: Question | null;
}

/** What is to be sent, before anything became of it. */
export type Written = Pick<Pending, "conversation" | "shown" | "note" | "body">;

/** Where what is on its way is kept, should the page go away before it arrived. */
export interface Shelf {
  keep: (all: Pending[]) => void;
  /** Tells what a page has left behind, as soon as it is gone; it is this page's from then on. */
  left: (tell: (left: Pending[]) => void) => void;
}

/** Pauses between tries while the network fails, in milliseconds; the same `client_id` makes them one message. */
const PAUSES = [1000, 3000, 8000];

/** What is on its way to the server, until it arrived or its author let it go. It outlives the screen and the page. */
export class Outbox {
  private all: Pending[] = [];
  private readonly onItsWay = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly queries: QueryClient,
    private readonly shelf: Shelf,
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

  /** Sends; null when it arrived, else the message as it waits for its author. */
  async send(written: Written): Promise<Pending | null> {
    return this.deliver({
      ...written,
      client_id: crypto.randomUUID(),
      at: Date.now(),
      failure: null,
      refused: false,
      question: null,
    });
  }

  /** Once more, as the same message. */
  async retry(pending: Pending, change: Partial<MessageIn> = {}): Promise<Pending | null> {
    return this.deliver({
      ...pending,
      body: { ...pending.body, ...change },
      failure: null,
      refused: false,
      question: null,
    });
  }

  discard(pending: Pending): void {
    this.keep(this.all.filter((each) => each.client_id !== pending.client_id));
  }

  /** The server is known to have this message: whatever is told of it here is old. */
  arrived(clientIds: ReadonlySet<string | null>): void {
    const old = this.all.filter((one) => clientIds.has(one.client_id) && !this.onItsWay.has(one.client_id));
    old.forEach((one) => this.discard(one));
  }

  /** Takes up what pages that were closed had not got through, tells how much; each says `failure` until it is decided. */
  takeUp(failure: string, tell: (count: number) => void): void {
    this.shelf.left((left) => {
      this.keep([...left.map((one) => ({ ...one, failure: one.failure ?? failure })), ...this.all]);
      tell(left.length);
    });
  }

  private async deliver(pending: Pending): Promise<Pending | null> {
    if (this.onItsWay.has(pending.client_id)) return null;
    this.onItsWay.add(pending.client_id);
    this.put(pending);
    try {
      const message = await this.persevere(pending);
      this.queries.setQueryData<Thread>(
        keys.messages(pending.conversation),
        (thread) => thread && added(thread, message),
      );
      this.discard(pending);
      return null;
    } catch (error) {
      const question = questionOf(error);
      const refused = error instanceof ApiProblem && !error.passing;
      const failure = question === null ? problemText(error) : null;
      return this.put({ ...pending, question, refused, failure });
    } finally {
      this.onItsWay.delete(pending.client_id);
    }
  }

  private async persevere(pending: Pending): Promise<Message> {
    for (const wait of PAUSES) {
      try {
        return await this.post(pending);
      } catch (error) {
        if (!(error instanceof ApiProblem && error.passing)) throw error;
        await this.pause(wait);
      }
    }
    return this.post(pending);
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
    this.shelf.keep(all);
    this.listeners.forEach((tell) => tell());
  }
}

function questionOf(error: unknown): Question | null {
  if (!(error instanceof ApiProblem)) return null;
  if (error.kind === "newer-message") {
    const newer = error.members.message as Message | undefined;
    return { kind: "newer-message", told: newer?.text ?? "" };
  }
  if (error.kind !== "locked") return null;
  return { kind: "locked", told: (error.members.lock as { name?: string } | undefined)?.name ?? "" };
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
