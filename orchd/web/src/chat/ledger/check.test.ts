import { type Client, NotFoundError, type VerifyClaimItem } from "@orchd/client";
import { describe, expect, it } from "vitest";
import { Check, standingOf } from "$/chat/ledger/check.svelte";
import { Checks } from "$/chat/ledger/checks";

const CLAIM = { index: 0, claim: "A", judged: null, score: null, verdict: null } as unknown as VerifyClaimItem;
const LEDGER = { outcome: "verified", claims: [CLAIM] };

/** A client that has ledgers of some messages, and makes one when it is asked to. */
function daemon(...checked: number[]): { client: Client; asked: string[] } {
  const asked: string[] = [];
  const missing = (): NotFoundError => Object.assign(Object.create(NotFoundError.prototype) as NotFoundError, {});
  const verify = {
    get: async ({ messageId }: { messageId: number }) => {
      asked.push(`get ${messageId}`);
      if (!checked.includes(messageId)) throw missing();
      return LEDGER;
    },
    list: async ({ conversationId, cursor }: { conversationId: number; cursor?: string }) => {
      asked.push(`list ${conversationId}${cursor === undefined ? "" : ` from ${cursor}`}`);
      return cursor === undefined
        ? { items: [{ messageId: 3, outcome: "verified" }], nextCursor: "1" }
        : { items: [{ messageId: 5, outcome: "rejected" }], nextCursor: null };
    },
    message: ({ messageId }: { messageId: number }, { signal }: { signal: AbortSignal }) => {
      asked.push(`check ${messageId}`);
      return Object.assign(
        (async function* () {
          yield { data: { claim: CLAIM } };
          if (messageId === 9)
            await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        })(),
        { then: (done: (ledger: unknown) => void) => done(LEDGER) },
      );
    },
  };
  return { client: { verify } as unknown as Client, asked };
}

describe("a check", () => {
  it("is read where there is one, and made where there is none", async () => {
    const { client, asked } = daemon(1);
    const [read, made] = [new Check(client, 1), new Check(client, 2)];
    read.toggle();
    made.toggle();
    await expect.poll(() => [read.state, made.state]).toEqual(["done", "done"]);
    expect([read.outcome, made.outcome, made.claims.length]).toEqual(["verified", "verified", 1]);
    expect(asked).toEqual(["get 1", "get 2", "check 2"]);
    read.toggle();
    read.toggle();
    expect(asked.length, "what is known is only shown again").toBe(3);
  });

  it("that is cancelled leaves nothing", async () => {
    const check = new Check(daemon().client, 9);
    const run = check.run();
    await expect.poll(() => check.claims.length).toBe(1);
    check.cancel();
    await run;
    expect([check.state, check.claims.length, check.failure]).toEqual(["none", 0, undefined]);
  });

  it("is known of a whole conversation by few requests, and read when it is opened", async () => {
    const { client, asked } = daemon(3);
    const checks = new Checks(client);
    await checks.look(7);
    expect(asked).toEqual(["list 7", "list 7 from 1"]);
    expect([3, 5, 4].map((id) => checks.of(id).outcome)).toEqual(["verified", "rejected", undefined]);
    expect(checks.of(3).open).toBe(false);
    checks.of(3).toggle();
    await expect.poll(() => checks.of(3).state).toBe("done");
    expect(asked.slice(2)).toEqual(["get 3"]);
  });

  it("that was made meanwhile is newer than what the list says", async () => {
    const { client } = daemon();
    const check = new Checks(client).of(3);
    await check.run();
    check.note("rejected");
    expect(check.outcome).toBe("verified");
  });
});

describe("a claim", () => {
  it.each([
    [{ judged: "contradicted", verdict: "supported" }, "contradicted"],
    [{ verdict: "contradicted" }, "contradicted"],
    [{ judged: "unsupported" }, "doubted"],
    [{ verdict: "not_found" }, "doubted"],
    [{ judged: "supported", verdict: "not_found" }, "supported"],
    [{ verdict: "unclear" }, "open"],
    [{ score: 0.2 }, "doubted"],
  ] as const)("stands by what models say, then by the texts: %o", (known, standing) => {
    expect(standingOf({ ...CLAIM, ...known })).toBe(standing);
  });
});
