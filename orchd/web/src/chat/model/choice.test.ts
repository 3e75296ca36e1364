import type { Client } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { drafts } from "$/drafts/store.svelte";
import { ModelChoice } from "./choice.svelte";

const model = (name: string, more: object = {}) => ({
  id: name,
  name,
  backend: "here",
  type: "llm",
  state: "loaded",
  simulated: false,
  capabilities: [],
  ...more,
});

const pages = (...all: object[][]) => {
  const list = vi.fn(({ cursor }: { cursor?: string }) => {
    const index = Number(cursor ?? 0);
    return Promise.resolve({ models: all[index], nextCursor: index + 1 < all.length ? String(index + 1) : null });
  });
  return { model: { list }, backend: { list: () => Promise.resolve({ backends: [] }) } } as unknown as Client;
};

async function read(client: Client): Promise<ModelChoice> {
  const choice = new ModelChoice(client);
  await vi.waitFor(() => expect(choice.known).toBe(true));
  return choice;
}

beforeEach(() => {
  localStorage.clear();
  drafts.open(1);
});

describe("the choice of a model", () => {
  it("reads all pages, and offers what one can talk to by server", async () => {
    const choice = await read(
      pages(
        [model("a"), model("vectors", { type: "embedding" })],
        [model("b", { backend: "there", quantization: "Q4_K_M" }), model("speech", { chats: false })],
      ),
    );
    expect(choice.groups("").map(({ backend, models }) => [backend, models.map(({ name }) => name)])).toEqual([
      ["here", ["a"]],
      ["there", ["b"]],
    ]);
    expect(choice.groups("THERE q4").map(({ models }) => models.length)).toEqual([1]);
    expect(choice.groups("nothing")).toEqual([]);
  });

  it("keeps what was chosen for each conversation, and for new ones over a reload", async () => {
    const choice = await read(pages([model("a"), model("b")]));
    choice.choose(undefined, "b");
    choice.choose(7, "a");
    expect(choice.nameFor(undefined, null)).toBe("b");
    expect(choice.nameFor(7, "b")).toBe("a");
    expect(choice.nameFor(8, "b")).toBe("b");
    expect(choice.sentFor(8)).toBeUndefined();
    const later = await read(pages([model("a"), model("b")]));
    expect(later.nameFor(undefined, null)).toBe("b");
    const without = await read(pages([model("a")]));
    expect(without.sentFor(undefined)).toBeUndefined();
  });

  it("means the model that was picked last before it is known which there are, and when that can't be known", async () => {
    const choice = await read(pages([model("a"), model("b")]));
    choice.choose(undefined, "b");
    const early = new ModelChoice(pages([model("a"), model("b")]));
    expect(early.sentFor(undefined)).toBe("b");
    await early.firstRead;
    expect(early.sentFor(undefined)).toBe("b");
    const away = { model: { list: () => Promise.reject(new Error("away")) } } as unknown as Client;
    const unread = new ModelChoice(away);
    await unread.firstRead;
    expect(unread.sentFor(undefined)).toBe("b");
  });

  it("has another model to compare with, one that is loaded if there is any", async () => {
    const choice = await read(pages([model("a"), model("b", { state: "not_loaded" }), model("c")]));
    expect([choice.otherThan("a"), choice.otherThan("c"), choice.otherThan(undefined)]).toEqual(["c", "a", "a"]);
    const few = await read(pages([model("a"), model("b", { state: "not_loaded" })]));
    expect([few.otherThan("a"), few.second]).toEqual(["b", undefined]);
    expect((await read(pages([model("a")]))).otherThan("a")).toBeUndefined();
  });

  it("knows when nothing but the simulation answers", async () => {
    expect((await read(pages([model("s", { simulated: true })]))).onlySimulated).toBe(true);
    expect((await read(pages([model("s", { simulated: true }), model("a")]))).onlySimulated).toBe(false);
    expect((await read(pages([]))).onlySimulated).toBe(false);
  });

  it("tells how a load goes, and reads the models anew after it", async () => {
    const client = pages([model("a", { state: "not_loaded" })]);
    const choice = await read(client);
    const seen: unknown[] = [];
    const frames = async function* () {
      yield { data: { phase: "queued" } };
      seen.push(choice.load?.waits);
      yield { data: { phase: "loading", progress: 0.4 } };
      seen.push(choice.load?.progress);
    };
    Object.assign(client.model, { load: () => Object.assign(frames(), { then: (done: () => void) => done() }) });
    await choice.loadNow("a");
    expect(seen).toEqual([true, 0.4]);
    expect(choice.load).toBeUndefined();
    expect(client.model.list).toHaveBeenCalledTimes(2);
  });
});
