import { useQueryClient } from "@tanstack/react-query";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client";
import type { Conversation, Message } from "../../api/contract";
import { keys } from "../../api/queries";
import { edited, type List } from "../lists";

/** The first message that was new when the conversation was opened; it stays marked until it is left. */
export function useDivider(conversation: Conversation, messages: Message[]): string | null {
  const [divider, setDivider] = useState<{ of: string; id: string | null } | null>(null);
  if (messages.length > 0 && divider?.of !== conversation.id) {
    const incoming = messages.filter((message) => message.direction === "in");
    const first =
      conversation.unread > 0 ? incoming.at(-Math.min(conversation.unread, incoming.length)) : undefined;
    setDivider({ of: conversation.id, id: first?.id ?? null });
  }
  return divider?.of === conversation.id ? divider.id : null;
}

/** Marks as read what is in sight: the end of the conversation, on a page that is looked at. */
export function useReadMark(conversation: Conversation, messages: Message[], atBottom: boolean): void {
  const queries = useQueryClient();
  const visible = useDocumentVisibility() === "visible";
  const last = messages.at(-1)?.id;
  const marked = useRef<string | undefined>(undefined);
  const { id } = conversation;
  useEffect(() => {
    if (!visible || !atBottom || last === undefined || marked.current === last) return;
    marked.current = last;
    queries.setQueriesData<List>(
      { queryKey: keys.conversations },
      (list) => list && edited(list, { id, unread: 0 }),
    );
    queries.setQueryData<Conversation>(keys.conversation(id), (known) => known && { ...known, unread: 0 });
    answer(
      api.POST("/api/conversations/{conversation_id}/read", {
        params: { path: { conversation_id: id } },
        body: { message_id: last },
      }),
    ).catch(() => {
      // The mark follows with the next message that is read; nobody is to be disturbed for it.
      marked.current = undefined;
    });
  }, [visible, atBottom, last, id, queries]);
}
