import type { InfiniteData } from "@tanstack/react-query";
import type { Message, Page } from "../api/contract";

/** The messages of a conversation: the first page is the newest, each page runs from old to new. */
export type Thread = InfiniteData<Page<Message>>;

/** All loaded messages, oldest first. */
export function messagesOf(thread: Thread): Message[] {
  return thread.pages.toReversed().flatMap((page) => page.items);
}

/** The thread with a message in it, once, whether it was sent from here or came from elsewhere. */
export function added(thread: Thread, message: Message): Thread {
  if (thread.pages.some((page) => page.items.some((each) => each.id === message.id)))
    return changed(thread, message);
  const [newest, ...older] = thread.pages;
  if (newest === undefined) return thread;
  const behind = newest.items.findLastIndex((each) => !later(each, message));
  // Older than everything on the newest page: it belongs to a page that is fetched with it, or is there already.
  if (behind === -1 && newest.next !== null) return thread;
  return {
    ...thread,
    pages: [{ ...newest, items: newest.items.toSpliced(behind + 1, 0, message) }, ...older],
  };
}

/** The thread with a message as it is now; unchanged where it is not loaded. */
export function changed(thread: Thread, message: Partial<Message> & { id: string }): Thread {
  if (!thread.pages.some((page) => page.items.some((each) => each.id === message.id))) return thread;
  const pages = thread.pages.map((page) => ({
    ...page,
    items: page.items.map((each) => (each.id === message.id ? { ...each, ...message } : each)),
  }));
  return { ...thread, pages };
}

function later(a: Message, b: Message): boolean {
  return a.at === b.at ? a.id > b.id : Date.parse(a.at) > Date.parse(b.at);
}
