import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type {
  Agent,
  Conversation,
  ConversationItem,
  FeedEvent,
  Message,
  OwnerKind,
  Summary,
} from "../api/contract";
import { keys } from "../api/queries";
import { edited, type Filters, find, type List, placed, type Reader, type Told } from "../inbox/lists";
import { added, changed, type Thread } from "../inbox/thread";

interface TicketTold {
  id: string;
  status: string;
  priority: string | null;
}

/** Who reads the cache, and what is open before them. */
export interface Looker extends Reader {
  looksAt: (conversation: string) => boolean;
  user: string;
}

/** Writes what the feed tells into what the query cache holds, and marks for reading anew what it cannot write. */
export class CacheWriter {
  /** The last customer message that was counted as unread, for each conversation: told twice it counts once. */
  private readonly counted = new Map<string, string>();
  private readonly pending = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly queries: QueryClient,
    private readonly reader: Looker,
  ) {}

  apply(events: FeedEvent[]): void {
    for (const event of events) this.write(event);
    if (events.length > 0) this.soon(keys.dashboard, 5000);
  }

  /** One has read up to a message, perhaps in another browser; what came after it is unread still. */
  read(conversation: string, message: string, notes: string[]): void {
    // With a note the notice of it is read.
    if (notes.length > 0) this.soon(keys.notifications, 300);
    const counted = this.counted.get(conversation);
    if (counted !== undefined && counted > message) return;
    this.editItem(conversation, ({ last_message: last }) =>
      last?.author === "customer" && last.id > message ? {} : { unread: 0 },
    );
    this.patch(conversation, { unread: 0 });
  }

  /** Everything the feed keeps current is stale: it was away for longer than the feed is kept. */
  startOver(): void {
    this.counted.clear();
    void this.queries.invalidateQueries();
  }

  private write(event: FeedEvent): void {
    const data: unknown = event.data;
    switch (event.kind) {
      case "conversation.changed":
        return this.conversation(data as Told);
      case "message.added":
      case "note.added":
        return this.message(data as Message);
      case "message.changed":
      case "note.read":
        return this.messageChanged(data as Partial<Message> & { id: string; conversation_id: string });
      case "ticket.changed":
        return this.ticket(data as TicketTold);
      case "agent.changed":
        return this.agent(data as Agent);
      case "summary.changed":
        if (event.conversation_id !== null) this.patch(event.conversation_id, { summary: data as Summary });
        return;
      case "quote.changed":
        return this.sale(keys.quote((data as { id: string }).id), keys.quotes);
      case "order.changed":
        return this.sale(keys.order((data as { id: string }).id), keys.orders);
      case "alert.changed":
        this.soon(keys.alerts, 500);
        return;
      case "notification.added":
        if ((data as { user_id: string | null }).user_id === this.reader.user)
          this.soon(keys.notifications, 200);
        return;
    }
  }

  private conversation(told: Told): void {
    const unread = this.unreadOf(told);
    for (const [key, list] of this.queries.getQueriesData<List>({ queryKey: keys.conversations })) {
      const filters = key[1] as Filters | undefined;
      if (list === undefined || filters === undefined) continue;
      this.queries.setQueryData<List>(key, placed(list, told, filters, this.reader, unread));
    }
    this.soon(keys.counts, 1000);
    this.detail(told);
  }

  private unreadOf(told: Told): number {
    for (const [, list] of this.queries.getQueriesData<List>({ queryKey: keys.conversations })) {
      const known = list === undefined ? undefined : find(list, told.id);
      if (known !== undefined) return known.unread;
    }
    const last = told.last_message;
    if (last?.author !== "customer" || this.reader.looksAt(told.id)) return 0;
    this.counted.set(told.id, last.id);
    return 1;
  }

  private detail(told: Told): void {
    const key = keys.conversation(told.id);
    const known = this.queries.getQueryData<Conversation>(key);
    if (known === undefined) return;
    const { ticket, customer, ...rest } = told;
    this.queries.setQueryData<Conversation>(key, {
      ...known,
      ...rest,
      customer: { ...known.customer, ...customer },
      ticket: known.ticket !== null && ticket !== null ? { ...known.ticket, ...ticket } : known.ticket,
    });
    const changedHands = ownerOf(known.owner) !== ownerOf(told.owner) || known.state !== told.state;
    if (changedHands || known.ticket?.id !== ticket?.id) this.soon(key, 300);
  }

  private message(message: Message): void {
    const id = message.conversation_id;
    this.queries.setQueryData<Thread>(keys.messages(id), (thread) => thread && added(thread, message));
    if (message.direction !== "in" || this.reader.looksAt(id)) return;
    if (this.counted.get(id) === message.id) return;
    this.counted.set(id, message.id);
    this.editItem(id, (item) => ({ unread: Math.min(99, item.unread + 1) }));
  }

  private messageChanged(message: Partial<Message> & { id: string; conversation_id: string }): void {
    this.queries.setQueryData<Thread>(
      keys.messages(message.conversation_id),
      (thread) => thread && changed(thread, message),
    );
    const { status } = message;
    if (status === undefined || status === null) return;
    this.editItem(message.conversation_id, ({ last_message: last }) =>
      last?.id === message.id ? { last_message: { ...last, status } } : {},
    );
  }

  private ticket(told: TicketTold): void {
    for (const [key, known] of this.queries.getQueriesData<Conversation>({ queryKey: ["conversation"] })) {
      if (known?.ticket?.id === told.id) this.soon(key, 500);
    }
    this.soon(keys.ticket(told.id), 500);
    this.soon(keys.tickets, 2000);
  }

  /** A quote or order and the lists it may stand in; a row on its own says too little to put it in its place. */
  private sale(one: QueryKey, lists: QueryKey): void {
    this.soon(one, 300);
    this.soon(lists, 500);
  }

  private agent(agent: Agent): void {
    this.queries.setQueriesData<{ items: Agent[] }>({ queryKey: keys.agents }, (known) =>
      known === undefined || !Array.isArray(known.items)
        ? known
        : {
            ...known,
            items: known.items.map((each) => (each.id === agent.id ? { ...each, ...agent } : each)),
          },
    );
  }

  private patch(conversation: string, change: Partial<Conversation>): void {
    this.queries.setQueryData<Conversation>(
      keys.conversation(conversation),
      (known) => known && { ...known, ...change },
    );
  }

  private editItem(id: string, change: (item: ConversationItem) => Partial<ConversationItem>): void {
    this.queries.setQueriesData<List>({ queryKey: keys.conversations }, (list) => {
      const item = list && find(list, id);
      return list && item ? edited(list, { ...change(item), id }) : list;
    });
  }

  /** Reads anew what a key holds and somebody looks at, at most once in a while however often it is asked for. */
  private soon(key: QueryKey, withinMs: number): void {
    const name = JSON.stringify(key);
    if (this.pending.has(name)) return;
    this.pending.set(
      name,
      setTimeout(() => {
        this.pending.delete(name);
        void this.queries.invalidateQueries({ queryKey: key });
      }, withinMs),
    );
  }
}

function ownerOf(owner: { kind: OwnerKind; agent: { id: string } | null }): string {
  return owner.agent?.id ?? owner.kind;
}
