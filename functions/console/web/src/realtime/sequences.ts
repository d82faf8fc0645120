import type { FeedEvent, FeedPage } from "../api/contract";

/** Positions in the feed, a number for each branch. */
export type Positions = Record<string, number>;

/**
 * Puts the events of every branch in order: each is given out once, none before the one it follows.
 *
 * Events come twice (over the socket and with what was fetched after a gap) and out of order (several senders). What comes
 * early is kept until what is missing arrives, by itself or fetched.
 */
export class Sequences {
  private readonly at = new Map<string, number>();
  private readonly early = new Map<string, Map<number, FeedEvent>>();

  /** Start from what `next` of the feed says is now. */
  begin(cursor: string): void {
    this.at.clear();
    this.early.clear();
    for (const [branch, seq] of parse(cursor)) this.at.set(branch, seq);
  }

  /** The events that are due now that this one came: none when it was known or is early. */
  take(event: FeedEvent): FeedEvent[] {
    const at = this.at.get(event.branch_id);
    // The first we hear of a branch is where we begin with it.
    if (at === undefined || event.seq === at + 1) {
      this.at.set(event.branch_id, event.seq);
      return [event, ...this.due(event.branch_id)];
    }
    if (event.seq > at + 1) this.waiting(event.branch_id).set(event.seq, event);
    return [];
  }

  /**
   * The events that are due after a page was fetched. Its numbers may have holes (of what we may not see), so the page's
   * end counts, whatever its items are.
   */
  fetched(page: FeedPage): FeedEvent[] {
    const due: FeedEvent[] = [];
    for (const event of page.items) {
      if (event.seq <= (this.at.get(event.branch_id) ?? -1)) continue;
      this.at.set(event.branch_id, event.seq);
      due.push(event);
    }
    for (const [branch, seq] of parse(page.next)) {
      this.at.set(branch, Math.max(seq, this.at.get(branch) ?? -1));
      due.push(...this.due(branch));
    }
    return due;
  }

  /** True while an event is kept that came early. */
  get missing(): boolean {
    return [...this.early.values()].some((events) => events.size > 0);
  }

  /** True when somebody who knows is further on than we are. */
  behind(positions: Positions): boolean {
    return Object.entries(positions).some(([branch, seq]) => seq > (this.at.get(branch) ?? 0));
  }

  get positions(): Positions {
    return Object.fromEntries(this.at);
  }

  /** Where we are, as the feed takes it. */
  get cursor(): string {
    return [...this.at].map(([branch, seq]) => `${branch}:${String(seq)}`).join(",");
  }

  private due(branch: string): FeedEvent[] {
    const waiting = this.early.get(branch);
    if (waiting === undefined) return [];
    const due: FeedEvent[] = [];
    let at = this.at.get(branch) ?? 0;
    for (const seq of [...waiting.keys()].sort((a, b) => a - b)) {
      if (seq > at + 1) break;
      const event = waiting.get(seq);
      waiting.delete(seq);
      if (event === undefined || seq <= at) continue;
      due.push(event);
      at = seq;
    }
    this.at.set(branch, at);
    return due;
  }

  private waiting(branch: string): Map<number, FeedEvent> {
    const waiting = this.early.get(branch) ?? new Map<number, FeedEvent>();
    this.early.set(branch, waiting);
    return waiting;
  }
}

function parse(cursor: string): [string, number][] {
  return cursor
    .split(",")
    .filter(Boolean)
    .map((part) => {
      const [branch, seq] = part.split(":");
      return [branch ?? "", Number(seq)];
    });
}
