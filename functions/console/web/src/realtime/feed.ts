import type { FeedEvent, FeedPage } from "../api/contract";
import { type Positions, Sequences } from "./sequences";

/** How long an event may overtake another before what lies between is fetched, in milliseconds. */
const OVERTAKING_MS = 250;

export interface FeedPort {
  /** The events after a cursor; without one, where the feed is now. */
  fetch: (after?: string) => Promise<FeedPage>;
  /** Events in order, each once. */
  apply: (events: FeedEvent[]) => void;
  /** What we hold is older than what the feed keeps: read everything anew. */
  startOver: () => void;
}

/** The events of every branch one may see, in order and without a gap, however they come. */
export class Feed {
  private readonly sequences = new Sequences();
  private started = false;
  private running: Promise<void> | null = null;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly port: FeedPort) {}

  get positions(): Positions {
    return this.sequences.positions;
  }

  /** An event came over the socket. */
  receive(event: FeedEvent): void {
    // Before the first position is known there is nothing to compare with; what is read next is newer anyway.
    if (!this.started) return;
    this.give(this.sequences.take(event));
    if (this.sequences.missing && this.timer === undefined)
      this.timer = setTimeout(() => {
        this.timer = undefined;
        if (this.sequences.missing) this.catchUp().catch(() => undefined);
      }, OVERTAKING_MS);
  }

  /** The server says where its feed is; fetches what we lack. */
  hear(positions: Positions): void {
    if (this.started && this.sequences.behind(positions)) this.catchUp().catch(() => undefined);
  }

  /** Fetches what happened since. Throws ApiProblem when it cannot: the next reason to fetch is the next try. */
  catchUp(): Promise<void> {
    if (this.running !== null) {
      this.again = true;
      return this.running;
    }
    this.running = this.fetchAll().finally(() => {
      this.running = null;
      this.again = false;
    });
    return this.running;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async fetchAll(): Promise<void> {
    for (let more = true; more;) {
      this.again = false;
      const page = await this.port.fetch(this.started ? this.sequences.cursor : undefined);
      if (!this.started || page.reset) {
        if (page.reset) this.port.startOver();
        this.sequences.begin(page.next);
        this.started = true;
      } else {
        this.give(this.sequences.fetched(page));
      }
      more = page.more || this.again;
    }
  }

  private give(events: FeedEvent[]): void {
    if (events.length > 0) this.port.apply(events);
  }
}
