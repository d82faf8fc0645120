import type { ConversationItem, FeedEvent } from "../api/contract";

/** What somebody is told: `place` is where it leads; the words of what a rule found are the server's to give. */
export type Alert =
  | { kind: "waiting" | "assigned"; about: string; place: string; name: string; text: string | null }
  | { kind: "found"; about: string; place: string };

interface Found {
  id: string;
  severity: string;
  state: string;
  quiet_until: string | null;
}

type Told = Omit<ConversationItem, "unread">;

interface Known {
  owner: string;
  waiting: boolean;
}

/** Finds in the feed what somebody wants to be told of who is not looking: once for each time it becomes so. */
export class Alerts {
  private readonly known = new Map<string, Known>();
  /** Alerts of rules, with the severity they were told with: told again when they grew worse. */
  private readonly found = new Map<string, string>();

  constructor(private readonly agent: string | null) {}

  of(event: FeedEvent): Alert | null {
    if (event.kind === "alert.changed") return this.ofRule(event.data as unknown as Found);
    if (event.kind !== "conversation.changed") return null;
    const told = event.data as unknown as Told;
    const before = this.known.get(told.id);
    const now = seen(told);
    this.known.set(told.id, now);
    const kind = this.kindOf(before, now);
    if (kind === null) return null;
    return {
      kind,
      about: told.id,
      place: `/inbox/${told.id}`,
      name: told.customer.name,
      text: told.last_message?.text ?? null,
    };
  }

  private ofRule({ id, severity, state, quiet_until }: Found): Alert | null {
    if (state !== "active" || severity === "info" || quiet_until !== null) return null;
    if (this.found.get(id) === severity) return null;
    this.found.set(id, severity);
    return { kind: "found", about: id, place: "/alerts/open" };
  }

  private kindOf(before: Known | undefined, now: Known): "waiting" | "assigned" | null {
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
