import type { InfiniteData } from "@tanstack/react-query";
import type { Box, ConversationItem, Page, Priority } from "../api/contract";

export const CHANNELS = ["whatsapp", "messenger", "instagram"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Filters {
  box: Box;
  branch: string | null;
  channel: Channel | null;
  priority: Priority | null;
  q: string;
}

export type List = InfiniteData<Page<ConversationItem>>;

/** Whose list it is: their own agent, and the branches that are shown to them. */
export interface Reader {
  agent: string | null;
  sees: (branch: string) => boolean;
}

/** A conversation as the feed tells of it: what the caller has read is the caller's own. */
export type Told = Omit<ConversationItem, "unread">;

/** True where a conversation is to be seen in a list; `agent` is the reader's own. */
export function belongs(item: Told, filters: Filters, agent: string | null): boolean {
  return (
    inBox(item, filters.box, agent) &&
    (filters.branch === null || item.branch?.id === filters.branch) &&
    (filters.channel === null || item.channel === filters.channel) &&
    (filters.priority === null || item.ticket?.priority === filters.priority)
  );
}

function inBox(item: Told, box: Box, agent: string | null): boolean {
  if ((item.state === "closed") !== (box === "closed")) return false;
  switch (box) {
    case "mine":
      return item.owner.kind === "agent" && agent !== null && item.owner.agent?.id === agent;
    case "unassigned":
      return item.owner.kind === "queue";
    case "bot":
      return item.owner.kind === "bot";
    case "waiting":
      return item.waiting_since !== null;
    default:
      return true;
  }
}

/** Negative where `a` stands above `b`: newest first, but who waits longest first among those who wait. */
function order(a: Told, b: Told, box: Box): number {
  const [x, y] =
    box === "waiting"
      ? [a.waiting_since ?? "", b.waiting_since ?? ""]
      : [b.last_message_at, a.last_message_at];
  return Date.parse(x) - Date.parse(y) || (a.id < b.id ? 1 : -1);
}

/**
 * The list with a conversation as it is now: in its place, added, or taken out. Searches only keep what they found: whether
 * a text matches is the server's to say.
 */
export function placed(list: List, told: Told, filters: Filters, reader: Reader, unread: number): List {
  const known = find(list, told.id);
  const seen = told.branch === null || reader.sees(told.branch.id);
  if (!seen || !belongs(told, filters, reader.agent))
    return known === undefined ? list : without(list, told.id);
  if (known === undefined && filters.q !== "") return list;
  const item: ConversationItem = { ...told, unread: known?.unread ?? unread };
  if (known !== undefined && order(item, known, filters.box) === 0) return edited(list, item);
  return inserted(known === undefined ? list : without(list, told.id), item, filters.box);
}

export function find(list: List, id: string): ConversationItem | undefined {
  for (const page of list.pages) {
    const item = page.items.find((each) => each.id === id);
    if (item !== undefined) return item;
  }
  return undefined;
}

/** The list with one conversation changed where it stands. */
export function edited(list: List, item: Partial<ConversationItem> & { id: string }): List {
  return mapped(list, (items) =>
    items.some((each) => each.id === item.id)
      ? items.map((each) => (each.id === item.id ? { ...each, ...item } : each))
      : items,
  );
}

function without(list: List, id: string): List {
  return mapped(list, (items) =>
    items.some((each) => each.id === id) ? items.filter((each) => each.id !== id) : items,
  );
}

function inserted(list: List, item: ConversationItem, box: Box): List {
  let done = false;
  const last = list.pages.length - 1;
  const pages = list.pages.map((page, index) => {
    if (done) return page;
    const at = page.items.findIndex((each) => order(item, each, box) < 0);
    // Below everything that is loaded it comes with its own page.
    const place = at >= 0 ? at : index === last && page.next === null ? page.items.length : -1;
    if (place < 0) return page;
    done = true;
    return { ...page, items: page.items.toSpliced(place, 0, item) };
  });
  return done ? { ...list, pages } : list;
}

function mapped(list: List, change: (items: ConversationItem[]) => ConversationItem[]): List {
  const pages = list.pages.map((page) => {
    const items = change(page.items);
    return items === page.items ? page : { ...page, items };
  });
  return pages.every((page, index) => page === list.pages[index]) ? list : { ...list, pages };
}
