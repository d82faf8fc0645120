import type { FeedEvent, Presence } from "../api/contract";
import type { Positions } from "./sequences";

export type LiveState = "connecting" | "live" | "reconnecting" | "offline";

type ServerFrame =
  | { type: "ack"; id: string; result: Record<string, unknown> }
  | { type: "error"; id?: string; kind: string; detail: string; [member: string]: unknown }
  | ({ type: "event" } & FeedEvent)
  | { type: "events"; items: FeedEvent[] }
  | { type: "presence"; conversation_id: string; present: Presence[] }
  | { type: "read"; conversation_id: string; message_id: string; notes: string[] }
  | { type: "bye"; reason: string };

export interface SocketPort {
  /** An address that is good for one connection. */
  ticket: () => Promise<string>;
  open: (url: string) => WebSocket;
  /** Topics to be subscribed on every connection. */
  topics: () => string[];
  positions: () => Positions;
  onState: (state: LiveState) => void;
  onEvent: (event: FeedEvent) => void;
  onPresence: (conversation: string, present: Presence[]) => void;
  /** How far one has read, in whichever browser. */
  onRead: (conversation: string, message: string, notes: string[]) => void;
  /** Where the server's feed is. */
  onPositions: (positions: Positions) => void;
  /** A connection stands, or one more attempt failed: either way a time to fetch what was missed. */
  onTurn: () => void;
}

/** What the server refused over the socket: `locked`, `not-allowed`, `unknown-action`, `bad-request`, `not-found`. */
export class SocketRefusal extends Error {
  constructor(
    readonly kind: string,
    detail: string,
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(detail);
  }
}

export const TIMES = {
  heartbeat: 25_000,
  /** An answer that takes longer is taken for a dead connection. */
  patience: 10_000,
  firstPause: 500,
  longestPause: 30_000,
  /** API Gateway cuts at two hours; we leave before, at a time of our own choosing. */
  lifetime: 110 * 60_000,
};

interface Waiting {
  resolve: (result: Record<string, unknown>) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** One connection that is always there, or soon again. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private state: LiveState = "connecting";
  private stopped = false;
  private attempts = 0;
  private lastId = 0;
  private heardAt = 0;
  private readonly waiting = new Map<string, Waiting>();
  private timers: ReturnType<typeof setTimeout>[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly port: SocketPort) {}

  start(): void {
    if (this.stopped) return;
    window.addEventListener("online", this.wake);
    window.addEventListener("offline", this.lost);
    window.addEventListener("pageshow", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.wake);
    window.removeEventListener("offline", this.lost);
    window.removeEventListener("pageshow", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.retry);
    this.drop();
  }

  get live(): boolean {
    return this.state === "live";
  }

  /** A command; resolves with what the server acknowledged. Throws SocketRefusal, also when nobody is connected. */
  send(action: string, members: object): Promise<Record<string, unknown>> {
    const socket = this.socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN)
      return Promise.reject(new SocketRefusal("disconnected", "Not connected.", {}));
    const id = String(++this.lastId);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new SocketRefusal("disconnected", "No answer.", {}));
        if (socket === this.socket) this.reconnect();
      }, TIMES.patience);
      this.waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ id, action, ...members }));
    });
  }

  private async connect(): Promise<void> {
    this.retry = undefined;
    try {
      const url = await this.port.ticket();
      if (this.stopped || this.socket !== null) return;
      const socket = this.port.open(url);
      this.socket = socket;
      socket.onopen = () => void this.opened();
      socket.onmessage = (event) => this.heard(String(event.data));
      socket.onclose = () => {
        if (socket === this.socket) this.reconnect();
      };
    } catch {
      this.reconnect();
    }
  }

  private async opened(): Promise<void> {
    try {
      await Promise.all(this.port.topics().map((topic) => this.subscribe(topic)));
    } catch {
      return; // The connection went away meanwhile; its end has begun the next one.
    }
    this.attempts = 0;
    this.become("live");
    this.port.onTurn();
    this.timers.push(
      setInterval(() => this.beat(), TIMES.heartbeat),
      setTimeout(() => this.reconnect(true), TIMES.lifetime),
    );
    this.beat();
  }

  /** Throws SocketRefusal when the connection is gone; a topic one may not hear is left out. */
  private async subscribe(topic: string): Promise<void> {
    try {
      await this.send("subscribe", { topic });
    } catch (error) {
      if (error instanceof SocketRefusal && error.kind !== "disconnected") return;
      throw error;
    }
  }

  private heard(text: string): void {
    this.heardAt = Date.now();
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.type) {
      case "event": {
        const { type: _, ...event } = frame;
        return this.port.onEvent(event);
      }
      case "events":
        return frame.items.forEach((event) => this.port.onEvent(event));
      case "presence":
        return this.port.onPresence(frame.conversation_id, frame.present);
      case "read":
        return this.port.onRead(frame.conversation_id, frame.message_id, frame.notes);
      case "ack":
        return this.settle(frame.id, (waiting) => waiting.resolve(frame.result));
      case "error":
        if (frame.id === undefined) return;
        return this.settle(frame.id, (waiting) =>
          waiting.reject(new SocketRefusal(frame.kind, frame.detail, frame)),
        );
      case "bye":
        return this.reconnect(true);
    }
  }

  private settle(id: string, how: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    how(waiting);
  }

  private beat(): void {
    this.send("heartbeat", { positions: this.port.positions() }).then(
      (result) => this.port.onPositions((result.positions ?? {}) as Positions),
      () => undefined, // No answer has already begun the next connection.
    );
  }

  /** The page is looked at again, or the network is back: what we believe may be hours old. */
  private readonly wake = (): void => {
    if (this.stopped || document.visibilityState === "hidden") return;
    if (this.retry !== undefined) {
      clearTimeout(this.retry);
      this.attempts = 0;
      void this.connect();
    } else if (this.live && Date.now() - this.heardAt > TIMES.patience) {
      this.beat();
    }
  };

  /** Without a network a connection is dead, though it may not know yet. */
  private readonly lost = (): void => this.reconnect();

  private reconnect(atOnce = false): void {
    if (this.stopped || this.retry !== undefined) return;
    this.drop();
    this.become(navigator.onLine ? (this.attempts === 0 ? "connecting" : "reconnecting") : "offline");
    if (!atOnce) this.port.onTurn();
    const pause = Math.min(TIMES.longestPause, TIMES.firstPause * 2 ** this.attempts++);
    // Full jitter: a thousand consoles that lost the same server do not come back at the same moment.
    this.retry = setTimeout(() => void this.connect(), atOnce ? 0 : Math.random() * pause);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.timers.forEach(clearTimeout);
    this.timers = [];
    for (const id of [...this.waiting.keys()])
      this.settle(id, (waiting) => waiting.reject(new SocketRefusal("disconnected", "Disconnected.", {})));
    socket?.close();
  }

  private become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.port.onState(state);
  }
}
