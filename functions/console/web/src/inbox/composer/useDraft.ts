import { useDebouncedCallback } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client";
import type { Conversation } from "../../api/contract";
import { keys } from "../../api/queries";

/** What could not be saved is tried again so often. */
const AGAIN_MS = 5000;

/** What one has begun to write to a customer: kept by the server, so that it is there on every device. */
export function useDraft(conversation: Conversation): [string, (text: string) => void, boolean] {
  const queries = useQueryClient();
  const { id } = conversation;
  const [text, setText] = useState(conversation.draft?.text ?? "");
  const [unsaved, setUnsaved] = useState(false);

  const save = useDebouncedCallback(
    (value: string) => {
      queries.setQueryData<Conversation>(
        keys.conversation(id),
        (known) =>
          known && {
            ...known,
            draft: value === "" ? null : { text: value, updated_at: new Date().toISOString() },
          },
      );
      answer(
        api.PUT("/api/conversations/{conversation_id}/draft", {
          params: { path: { conversation_id: id } },
          body: { text: value },
        }),
      ).then(
        () => setUnsaved(false),
        () => setUnsaved(true),
      );
    },
    { delay: 700, flushOnUnmount: true },
  );

  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });
  useEffect(() => {
    if (!unsaved) return;
    const timer = setInterval(() => save(latest.current), AGAIN_MS);
    return () => clearInterval(timer);
  }, [unsaved, save]);

  const change = useCallback(
    (value: string) => {
      setText(value);
      save(value);
    },
    [save],
  );
  return [text, change, unsaved];
}
