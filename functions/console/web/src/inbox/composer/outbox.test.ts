import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../api/contract";
import { ApiProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import { messagesOf, type Thread } from "../thread";
import { Outbox, type Pending } from "./outbox";

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

let server: Server;
let queries: QueryClient;
let outbox: Outbox;

beforeEach(() => {
  server = new Server();
  queries = new QueryClient();
  queries.setQueryData<Thread>(keys.messages("c1"), {
    pages: [{ items: [], next: null }],
    pageParams: [null],
  });
  outbox = new Outbox(queries, server.post, () => Promise.resolve());
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
    if (waiting !== undefined) await outbox.retry(waiting);
    expect(outbox.pending).toEqual([]);
    expect(new Set(server.received.map(({ client_id }) => client_id)).size).toBe(1);
  });

  it("comes back to its author when the customer wrote meanwhile, and goes when they confirm", async () => {
    server.plan = [
      new ApiProblem(409, { type: "urn:relevo:problem:newer-message", message: { text: "otra cosa" } }),
    ];
    const refused = await send();
    expect(refused?.problem.kind).toBe("newer-message");
    expect(outbox.pending).toEqual([]);
    if (refused !== null) expect(await outbox.retry(refused.pending, { confirm: true })).toBeNull();
    expect(server.received.at(-1)?.body.confirm).toBe(true);
    expect(shown()).toHaveLength(1);
  });
});
