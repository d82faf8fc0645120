import type { ConversationItem, FeedEvent } from "../api/contract";

export type Alert = { kind: "waiting" | "assigned"; conversation: string; name: string; text: string | null };

type Told = Omit<ConversationItem, "unread">;

interface Known {
  owner: string;
  waiting: boolean;
}

/** Finds in the feed what somebody wants to be told of who is not looking: once for each time it becomes so. */
export class Alerts {
  private readonly known = new Map<string, Known>();

  constructor(private readonly agent: string | null) {}

  of(event: FeedEvent): Alert | null {
    if (event.kind !== "conversation.changed") return null;
    const told = event.data as unknown as Told;
    const before = this.known.get(told.id);
    const now = seen(told);
    this.known.set(told.id, now);
    const kind = this.kindOf(before, now);
    return (
      kind && { kind, conversation: told.id, name: told.customer.name, text: told.last_message?.text ?? null }
    );
  }

  private kindOf(before: Known | undefined, now: Known): Alert["kind"] | null {
    const mine = this.agent !== null && now.owner === this.agent;
    if (mine && before !== undefined && before.owner !== now.owner) return "assigned";
    return now.waiting && (mine || now.owner === "queue") && before?.waiting !== true ? "waiting" : null;
  }
}

function seen(told: Told): Known {
  return {
    owner: told.owner.agent?.id ?? told.owner.kind,
    // The bot answers what it holds: that is nobody's waiting yet.
    waiting: told.state === "open" && told.waiting_since !== null && told.owner.kind !== "bot",
  };
}
