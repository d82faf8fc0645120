import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api, ApiProblem } from "../../api/client";
import type { Conversation, ConversationItem, Owner } from "../../api/contract";
import { keys } from "../../api/queries";
import { problemText } from "../../api/words";
import { useMe } from "../../session/session";
import { edited, type List } from "../lists";

export interface Transfer {
  agent_id?: string;
  department_id?: string;
  branch_id?: string;
  note?: string;
}

type Owned = Pick<ConversationItem, "id" | "owner" | "state">;
type Versioned = { params: { path: { conversation_id: string } }; body: { version: number } };

/** What may be done about who holds a conversation, and the doing of it. */
export function useOwnership(conversation: Owned) {
  const { t } = useTranslation("inbox");
  const { me, can } = useMe();
  const queries = useQueryClient();
  const { id, owner, state } = conversation;

  const change = useMutation({
    mutationFn: (how: (call: Versioned) => Promise<Owner>) =>
      how({ params: { path: { conversation_id: id } }, body: { version: owner.version } }),
    onSuccess: (now) => setOwner(now),
    onError: (error) => {
      const now = error instanceof ApiProblem ? (error.members.owner as Owner | undefined) : undefined;
      if (now !== undefined) setOwner(now);
      const lost = now !== undefined && error instanceof ApiProblem && error.kind === "lost-race";
      notifications.show({ color: "orange", message: lost ? whoWon(now) : problemText(error) });
    },
  });

  function setOwner(now: Owner) {
    queries.setQueryData<Conversation>(keys.conversation(id), (known) => known && { ...known, owner: now });
    queries.setQueriesData<List>(
      { queryKey: keys.conversations },
      (list) => list && edited(list, { id, owner: now }),
    );
    void queries.invalidateQueries({ queryKey: keys.counts });
  }

  function whoWon(won: Owner): string {
    if (won.kind === "agent") return t("lostRace.agent", { name: won.agent?.name ?? "" });
    return t(`lostRace.${won.kind}`);
  }

  const mine = owner.kind === "agent" && me.agent !== null && owner.agent?.id === me.agent.id;
  return {
    ...rights(owner, state, {
      mine,
      agent: me.agent !== null,
      writes: can("conversations:write"),
      leads: can("conversations:assign"),
      quotes: can("quotes:write"),
    }),
    busy: change.isPending,
    take: () => change.mutate((call) => answer(api.POST("/api/conversations/{conversation_id}/take", call))),
    release: () =>
      change.mutate((call) => answer(api.POST("/api/conversations/{conversation_id}/release", call))),
    giveToBot: () =>
      change.mutate((call) => answer(api.POST("/api/conversations/{conversation_id}/give-to-bot", call))),
    transfer: (to: Transfer) =>
      change.mutateAsync(({ params, body }) =>
        answer(
          api.POST("/api/conversations/{conversation_id}/transfer", { params, body: { ...body, ...to } }),
        ),
      ),
  };
}

interface Person {
  mine: boolean;
  agent: boolean;
  writes: boolean;
  leads: boolean;
  quotes: boolean;
}

/** What one may do: what another holds is theirs, but for who leads. */
export function rights(owner: Owner, state: string, person: Person) {
  const held = owner.kind === "agent" && !person.mine;
  const writes = person.writes && state === "open";
  const free = writes && (!held || person.leads);
  return {
    mine: person.mine,
    /** Somebody else's. */
    held,
    mayTake: free && person.agent && !person.mine,
    mayRelease: free && owner.kind === "agent",
    mayGiveToBot: free && owner.kind !== "bot",
    mayTransfer: free,
    /** Also of what a colleague holds: it asks for attention, and takes nothing from them. */
    mayEscalate: writes,
    mayClose: free,
    /** A quote goes to the customer as words do. */
    mayQuote: person.quotes && free,
  };
}

export type Ownership = ReturnType<typeof useOwnership>;
