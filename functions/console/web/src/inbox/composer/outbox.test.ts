import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../api/contract";
import { ApiProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import { messagesOf, type Thread } from "../thread";
import { Outbox, type Pending, type Shelf } from "./outbox";

const LOST = new ApiProblem(0, { detail: "no network" });

/** A server that keeps each client_id once, and answers as it is told. */
class Server {
  received: Pending[] = [];
  kept = new Map<string, Message>();
  /** What becomes of the next calls: `lost` keeps the message but its answer does not arrive. */
  plan: ("lost" | "down" | ApiProblem)[] = [];

  post = async (pending: Pending): Promise<Message> => {
    this.received.push(pending);
    const fate = this.plan.shift();
    if (fate === "down") throw LOST;
    if (fate instanceof ApiProblem) throw fate;
    const { client_id } = pending;
    const id = `m${String(this.kept.size + 1)}`;
    const message = this.kept.get(client_id) ?? ({ id, client_id, at: "2026-11-21T10:00:00Z" } as Message);
    this.kept.set(client_id, message);
    if (fate === "lost") throw LOST;
    return message;
  };
}

/** What the browser keeps: a page that closes leaves it to the next. */
class MemoryShelf implements Shelf {
  kept: Pending[] = [];
  keep = (all: Pending[]) => (this.kept = all);
  left = (tell: (left: Pending[]) => void) => tell(this.kept.splice(0));
}

let server: Server;
let shelf: MemoryShelf;
let queries: QueryClient;
let outbox: Outbox;

beforeEach(() => {
  server = new Server();
  queries = new QueryClient();
  queries.setQueryData<Thread>(keys.messages("c1"), {
    pages: [{ items: [], next: null }],
    pageParams: [null],
  });
  shelf = new MemoryShelf();
  outbox = new Outbox(queries, shelf, server.post, () => Promise.resolve());
});

const send = () =>
  outbox.send({ conversation: "c1", shown: "hola", note: null, body: { text: "hola", seen: null } });
const shown = () => messagesOf(queries.getQueryData<Thread>(keys.messages("c1")) as Thread);

describe("a message on its way", () => {
  it("is in the conversation once it arrived, and no longer on its way", async () => {
    expect(await send()).toBeNull();
    expect(shown().map(({ id }) => id)).toEqual(["m1"]);
    expect(outbox.pending).toEqual([]);
  });

  it("is one message however often its answer is lost", async () => {
    server.plan = ["lost", "down", "lost"];
    expect(await send()).toBeNull();
    expect(server.received).toHaveLength(4);
    expect(new Set(server.received.map(({ client_id }) => client_id)).size).toBe(1);
    expect(server.kept.size).toBe(1);
    expect(shown()).toHaveLength(1);
  });

  it("stays, with the reason, when the network does not come back, and goes as the same message when told to", async () => {
    server.plan = ["down", "down", "down", "down"];
    await send();
    const [waiting] = outbox.pending;
    expect(waiting?.failure).not.toBeNull();
    expect(waiting?.refused).toBe(false);
    if (waiting !== undefined) await outbox.retry(waiting);
    expect(outbox.pending).toEqual([]);
    expect(new Set(server.received.map(({ client_id }) => client_id)).size).toBe(1);
  });

  it("comes back to its author when the customer wrote meanwhile, and goes when they confirm", async () => {
    server.plan = [
      new ApiProblem(409, { type: "urn:relevo:problem:newer-message", message: { text: "otra cosa" } }),
    ];
    const asked = await send();
    expect(asked?.question).toEqual({ kind: "newer-message", told: "otra cosa" });
    expect(outbox.pending).toEqual([asked]);
    if (asked !== null) expect(await outbox.retry(asked, { confirm: true })).toBeNull();
    expect(server.received.at(-1)?.body.confirm).toBe(true);
    expect(shown()).toHaveLength(1);
  });

  it("asks its author too while a colleague writes", async () => {
    server.plan = [new ApiProblem(409, { type: "urn:relevo:problem:locked", lock: { name: "Mateo" } })];
    const asked = await send();
    expect(asked?.question).toEqual({ kind: "locked", told: "Mateo" });
    if (asked !== null) await outbox.retry(asked, { confirm: true });
    expect(outbox.pending).toEqual([]);
  });

  it("stays when it is refused, though nobody looks, until its author lets it go", async () => {
    server.plan = [new ApiProblem(409, { type: "urn:relevo:problem:not-yours", detail: "held" })];
    await send();
    const [refused] = outbox.pending;
    expect([refused?.failure, refused?.refused]).toEqual(["held", true]);
    if (refused !== undefined) outbox.discard(refused);
    expect([outbox.pending, shelf.kept]).toEqual([[], []]);
  });

  it("is not sent twice at the same time", async () => {
    server.plan = ["down", "down", "down", "down"];
    await send();
    const [waiting] = outbox.pending;
    if (waiting !== undefined) await Promise.all([outbox.retry(waiting), outbox.retry(waiting)]);
    expect(server.received).toHaveLength(5);
  });
});

describe("a page that is closed", () => {
  it("leaves what had not arrived to the next, which sends the same message", async () => {
    server.plan = ["down", "down", "down", "down"];
    await send();
    const next = new Outbox(queries, shelf, server.post, () => Promise.resolve());
    let told = 0;
    next.takeUp("closed", (count) => (told = count));
    const [left] = next.pending;
    expect(told).toBe(1);
    if (left !== undefined) expect(await next.retry(left)).toBeNull();
    expect(new Set(server.received.map(({ client_id }) => client_id)).size).toBe(1);
  });

  it("leaves nothing of what the server is found to have", async () => {
    server.plan = ["lost", "down", "down", "down"];
    await send();
    const next = new Outbox(queries, shelf, server.post, () => Promise.resolve());
    next.takeUp("closed", () => undefined);
    next.arrived(new Set(server.kept.keys()));
    expect([next.pending, shelf.kept]).toEqual([[], []]);
  });
});
