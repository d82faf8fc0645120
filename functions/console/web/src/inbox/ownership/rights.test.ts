import { describe, expect, it } from "vitest";
import type { Owner } from "../../api/contract";
import { rights } from "./useOwnership";

const AGENT = { mine: false, agent: true, writes: true, leads: false, quotes: true };
const owner = (kind: Owner["kind"]) => ({ kind }) as Owner;

describe("what one may do about a conversation", () => {
  it("is to take what nobody holds", () => {
    expect(rights(owner("queue"), "open", AGENT)).toMatchObject({ mayTake: true, mayRelease: false });
    expect(rights(owner("bot"), "open", AGENT)).toMatchObject({ mayTake: true, mayGiveToBot: false });
  });

  it("is of what a colleague holds only to ask for attention", () => {
    const { held, mine, ...may } = rights(owner("agent"), "open", AGENT);
    expect([held, mine]).toEqual([true, false]);
    expect(Object.entries(may).filter(([, allowed]) => allowed)).toEqual([["mayEscalate", true]]);
  });

  it("is everything but taking of one's own, and of another's for who leads", () => {
    const own = rights(owner("agent"), "open", { ...AGENT, mine: true });
    expect(own).toMatchObject({ mayTake: false, mayRelease: true, mayTransfer: true, mayClose: true });
    const led = rights(owner("agent"), "open", { ...AGENT, leads: true });
    expect(led).toMatchObject({ mayTake: true, mayTransfer: true, mayQuote: true });
  });

  it("is nothing of one that is closed, and for those who only read", () => {
    const closed = rights(owner("bot"), "closed", AGENT);
    const reader = rights(owner("bot"), "open", { ...AGENT, writes: false, quotes: false });
    for (const { held: _, mine: __, ...may } of [closed, reader])
      expect(Object.values(may).some(Boolean)).toBe(false);
  });
});
