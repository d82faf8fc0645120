import { useDebouncedCallback } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client";
import type { Conversation } from "../../api/contract";
import { keys } from "../../api/queries";
import { useMe } from "../../session/session";

/** What could not be saved is tried again so often. */
const AGAIN_MS = 5000;

type Change = (text: string | ((before: string) => string)) => void;

/** What one has begun to write to a customer: kept by the server, so that it is there on every device, and by the browser
 * until the server has it. */
export function useDraft(conversation: Conversation): [string, Change, boolean] {
  const queries = useQueryClient();
  const { me } = useMe();
  const { id } = conversation;
  const name = `relevo-draft:${me.id}:${id}`;
  const [kept] = useState(() => localStorage.getItem(name));
  const [text, setText] = useState(kept ?? conversation.draft?.text ?? "");
  const [unsaved, setUnsaved] = useState(kept !== null);

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
        () => {
          if (localStorage.getItem(name) === value) localStorage.removeItem(name);
          setUnsaved(false);
        },
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

  const change = useCallback<Change>(
    (next) => {
      const value = typeof next === "string" ? next : next(latest.current);
      latest.current = value;
      localStorage.setItem(name, value);
      setText(value);
      save(value);
    },
    [save, name],
  );
  return [text, change, unsaved];
}

/** A note that one has begun: the browser keeps it, as it concerns nobody but its author until it is there. */
export function useNoteDraft(conversation: string): [string, Change] {
  const { me } = useMe();
  const name = `relevo-note:${me.id}:${conversation}`;
  const [text, setText] = useState(() => localStorage.getItem(name) ?? "");
  const change = useCallback<Change>(
    (next) =>
      setText((before) => {
        const value = typeof next === "string" ? next : next(before);
        if (value === "") localStorage.removeItem(name);
        else localStorage.setItem(name, value);
        return value;
      }),
    [name],
  );
  return [text, change];
}
