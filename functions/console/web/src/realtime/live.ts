import type { QueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { FeedEvent, Me, Presence } from "../api/contract";
import { keys } from "../api/queries";
import { CacheWriter } from "./cache";
import { Feed } from "./feed";
import { LiveSocket, type LiveState } from "./socket";

/** The sequence of what belongs to no branch. */
const NO_BRANCH = "00000000-0000-0000-0000-000000000000";

/** Who holds the pen of a conversation for a few seconds. */
export interface Lock {
  user_id: string;
  name: string;
  until: string;
}

/** What keeps the console current while somebody is signed in, and who else is there. */
export class Live {
  state: LiveState = "connecting";
  private present = new Map<string, Presence[]>();
  private readonly watched = new Map<string, number>();
  private readonly onChange = new Set<() => void>();
  private readonly onEvent = new Set<(event: FeedEvent) => void>();
  private readonly cache: CacheWriter;
  private readonly feed: Feed;
  private readonly socket: LiveSocket;
  private branches: string[] = [];

  constructor(
    private readonly queries: QueryClient,
    private readonly me: Me,
  ) {
    this.cache = new CacheWriter(queries, {
      user: me.id,
      agent: me.agent?.id ?? null,
      sees: (branch) => me.branches === null || me.branches.some((mine) => mine.id === branch),
      looksAt: (id) => this.watched.has(id) && document.visibilityState === "visible",
    });
    this.feed = new Feed({
      fetch: (after) => answer(api.GET("/api/events", { params: { query: after ? { after } : {} } })),
      apply: (events) => this.apply(events),
      startOver: () => this.cache.startOver(),
    });
    this.socket = new LiveSocket({
      ticket: async () => (await answer(api.POST("/api/auth/socket-ticket"))).url,
      open: (url) => new WebSocket(url),
      topics: () => [
        ...this.branches.map((id) => `branch:${id}`),
        ...[...this.watched.keys()].map((id) => `conversation:${id}`),
      ],
      positions: () => this.feed.positions,
      onState: (state) => this.become(state),
      onEvent: (event) => this.feed.receive(event),
      onPresence: (conversation, present) => this.see(conversation, present),
      onRead: (conversation, message, notes) => this.cache.read(conversation, message, notes),
      onPositions: (positions) => {
        this.feed.hear(positions);
        // Looking ends by itself; saying so again also tells us who else still looks.
        for (const id of this.watched.keys()) this.view(id, true);
      },
      // The feed is what counts; the socket only makes it quick. So it is also read while no socket can be had.
      onTurn: () => void this.feed.catchUp().catch(() => undefined),
    });
  }

  /** Resolves when what is read from now on is kept current, or when that could not be had for the moment. */
  async start(): Promise<void> {
    const [branches] = await Promise.all([this.branchIds(), this.feed.catchUp().catch(() => undefined)]);
    this.branches = branches;
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    this.feed.stop();
  }

  /** Looks at a conversation until the answer is called: colleagues see it, and its presence is told. */
  watch(id: string): () => void {
    const before = this.watched.get(id) ?? 0;
    this.watched.set(id, before + 1);
    if (before === 0) this.tellViewing(id, true);
    return () => {
      const now = (this.watched.get(id) ?? 1) - 1;
      if (now > 0) return void this.watched.set(id, now);
      this.watched.delete(id);
      this.present.delete(id);
      this.tellViewing(id, false);
    };
  }

  /** Says that one types, which holds the pen for ten seconds. Throws SocketRefusal `locked` when a colleague does. */
  async type(conversation: string, typing: boolean): Promise<Lock | null> {
    const result = await this.socket.send("typing", { conversation_id: conversation, typing });
    return (result.lock as Lock | undefined) ?? null;
  }

  presence(id: string): Presence[] {
    return this.present.get(id) ?? NOBODY;
  }

  /** Presence as an answer of the API tells it, for the time before the socket does. */
  note(id: string, present: Presence[]): void {
    if (!this.present.has(id) && present.length > 0) this.see(id, present);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.onChange.add(listener);
    return () => this.onChange.delete(listener);
  };

  /** Tells of every event once, after the cache knows it. */
  listen(listener: (event: FeedEvent) => void): () => void {
    this.onEvent.add(listener);
    return () => this.onEvent.delete(listener);
  }

  private apply(events: FeedEvent[]): void {
    this.cache.apply(events);
    for (const event of events) this.onEvent.forEach((tell) => tell(event));
  }

  private see(conversation: string, present: Presence[]): void {
    this.present = new Map(this.present).set(conversation, present);
    this.onChange.forEach((tell) => tell());
  }

  private become(state: LiveState): void {
    this.state = state;
    this.onChange.forEach((tell) => tell());
  }

  private tellViewing(id: string, viewing: boolean): void {
    if (!this.socket.live) return; // Every connection begins by telling what is watched.
    const topic = `conversation:${id}`;
    this.socket.send(viewing ? "subscribe" : "unsubscribe", { topic }).catch(() => undefined);
    this.view(id, viewing);
  }

  private view(id: string, viewing: boolean): void {
    this.socket.send("view", { conversation_id: id, viewing }).then(
      (result) => {
        if (viewing && this.watched.has(id)) this.see(id, (result.presence ?? []) as Presence[]);
      },
      () => undefined, // The next beat tells it again.
    );
  }

  private async branchIds(): Promise<string[]> {
    const known = this.me.branches;
    if (known !== null) return [...known.map((branch) => branch.id), NO_BRANCH];
    const all = await this.queries
      .fetchQuery({ queryKey: keys.branches, queryFn: () => answer(api.GET("/api/branches")) })
      .catch(() => ({ items: [] }));
    return [...all.items.map((branch) => branch.id), NO_BRANCH];
  }
}

const NOBODY: Presence[] = [];
