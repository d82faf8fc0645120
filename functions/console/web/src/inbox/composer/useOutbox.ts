import { notifications } from "@mantine/notifications";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../session/session";
import { Outbox, type Pending } from "./outbox";
import { BrowserShelf } from "./shelf";

const READ_WITHIN_MS = 20_000;

const outboxes = new WeakMap<QueryClient, Map<string, Outbox>>();

/** The outbox of who is signed in: what somebody else wrote on this machine is not theirs to send. */
export function useOutbox(): Outbox {
  const queries = useQueryClient();
  const { me } = useMe();
  return useMemo(() => {
    const ofUsers = outboxes.get(queries) ?? new Map<string, Outbox>();
    outboxes.set(queries, ofUsers);
    const outbox = ofUsers.get(me.id) ?? new Outbox(queries, new BrowserShelf(me.id));
    ofUsers.set(me.id, outbox);
    return outbox;
  }, [queries, me.id]);
}

function useAllPending(): Pending[] {
  const outbox = useOutbox();
  return useSyncExternalStore(
    outbox.subscribe,
    useCallback(() => outbox.pending, [outbox]),
  );
}

/** What is on its way in one conversation, oldest first. */
export function usePending(conversation: string): Pending[] {
  const all = useAllPending();
  return useMemo(() => all.filter((each) => each.conversation === conversation), [all, conversation]);
}

/** Whether something written in a conversation waits for its author to decide. */
export function useUnsent(conversation: string): boolean {
  return usePending(conversation).some((one) => one.failure !== null || one.question !== null);
}

/** Takes up what a page closed too early has left, and says so. */
export function useLeftBehind(): void {
  const { t } = useTranslation("inbox");
  const outbox = useOutbox();
  useEffect(() => {
    outbox.takeUp(t("message.leftBehind"), (count) =>
      notifications.show({
        color: "orange",
        autoClose: READ_WITHIN_MS,
        message: t("message.leftBehindTold", { count }),
      }),
    );
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another language is no other page
  }, [outbox]);
}
