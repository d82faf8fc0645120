import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSocket, type LiveState, SocketRefusal, TIMES } from "./socket";

/** The other end of a connection, as a test plays it. */
class Peer {
  static readonly OPEN = 1;
  readyState = 0;
  sent: { id: string; action: string; [member: string]: unknown }[] = [];
  answers = true;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  accept() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  send(text: string) {
    const command = JSON.parse(text) as Peer["sent"][number];
    this.sent.push(command);
    if (this.answers)
      queueMicrotask(() => this.say({ type: "ack", id: command.id, result: { positions: { north: 7 } } }));
  }
  close() {
    this.readyState = 3;
  }
  cut() {
    this.close();
    this.onclose?.();
  }
}

let peers: Peer[];
let states: LiveState[];
let turns: number;
let heard: object[];
let tickets: boolean;
let socket: LiveSocket;

beforeEach(() => {
  vi.useFakeTimers();
  const nowhere = { addEventListener: () => undefined, removeEventListener: () => undefined };
  vi.stubGlobal("window", nowhere);
  vi.stubGlobal("document", { ...nowhere, visibilityState: "visible" });
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("WebSocket", Peer);
  peers = [];
  states = [];
  turns = 0;
  heard = [];
  tickets = true;
  socket = new LiveSocket({
    ticket: () => (tickets ? Promise.resolve("wss://live.test") : Promise.reject(new Error("no ticket"))),
    open: () => {
      const peer = new Peer();
      peers.push(peer);
      return peer as unknown as WebSocket;
    },
    topics: () => ["branch:north"],
    positions: () => ({ north: 3 }),
    onState: (state) => states.push(state),
    onEvent: (event) => heard.push(event),
    onPresence: (_, present) => heard.push(present),
    onRead: (_, message) => heard.push({ message }),
    onPositions: (positions) => heard.push(positions),
    onTurn: () => turns++,
  });
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

async function connected(): Promise<Peer> {
  socket.start();
  await settle();
  const peer = peers.at(-1) as Peer;
  peer.accept();
  await settle();
  return peer;
}

describe("the live connection", () => {
  it("subscribes, then asks for what was missed, then tells that it is there", async () => {
    const peer = await connected();
    expect(peer.sent.map(({ action }) => action)).toEqual(["subscribe", "heartbeat"]);
    expect(peer.sent[1]?.positions).toEqual({ north: 3 });
    expect([turns, states, heard]).toEqual([1, ["live"], [{ north: 7 }]]);
  });

  it("comes back when it is cut, and asks again for what was missed", async () => {
    const peer = await connected();
    peer.cut();
    expect(states).toEqual(["live", "connecting"]);
    await vi.advanceTimersByTimeAsync(TIMES.firstPause);
    peers[1]?.accept();
    await settle();
    expect(states.at(-1)).toBe("live");
    expect(turns).toBe(3);
  });

  it("takes a connection that does not answer a heartbeat for dead", async () => {
    const peer = await connected();
    peer.answers = false;
    await vi.advanceTimersByTimeAsync(TIMES.heartbeat + TIMES.patience + TIMES.firstPause);
    expect(peers).toHaveLength(2);
  });

  it("tries on with growing pauses while there is nobody, reading the feed at every try", async () => {
    tickets = false;
    socket.start();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(states.at(-1)).toBe("reconnecting");
    expect(turns).toBeGreaterThan(8);
    expect(turns).toBeLessThan(200);
  });

  it("leaves before the gateway hangs up, and is there again at once", async () => {
    const peer = await connected();
    await vi.advanceTimersByTimeAsync(TIMES.lifetime + 1);
    expect(peer.readyState).toBe(3);
    expect(peers).toHaveLength(2);
  });

  it("hands on what the server refuses, with who holds the pen", async () => {
    const peer = await connected();
    peer.answers = false;
    const asked = socket.send("typing", { conversation_id: "c1", typing: true });
    const { id } = peer.sent.at(-1) ?? { id: "" };
    peer.say({
      type: "error",
      id,
      kind: "locked",
      detail: "Lucía is writing here.",
      lock: { name: "Lucía" },
    });
    const refusal = await asked.catch((error: unknown) => error as SocketRefusal);
    expect(refusal).toBeInstanceOf(SocketRefusal);
    expect([(refusal as SocketRefusal).kind, (refusal as SocketRefusal).members.lock]).toEqual([
      "locked",
      { name: "Lucía" },
    ]);
  });
});
