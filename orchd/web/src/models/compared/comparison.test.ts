import type { Client, ModelAnswer, ModelStreaming } from "@orchd/client";
import { expect, test } from "vitest";
import { Comparison } from "$/models/compared/comparison.svelte";

function piece(index: number, chunk: string, more: Partial<ModelStreaming> = {}): { data: ModelStreaming } {
  return { data: { messageId: String(index), index, channel: "content", chunk, done: false, ...more } };
}

function streamOf(events: unknown[], end: () => Promise<unknown>): unknown {
  return {
    cancel: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield* events;
    },
    then: (done: (value: unknown) => unknown, failed: (reason: unknown) => unknown) => end().then(done, failed),
  };
}

test("each answer takes what is its own, and in the end what stands", async () => {
  const events = [
    piece(0, "Lis"),
    piece(1, "Let me think", { channel: "reasoning" }),
    piece(0, "bon", { done: true }),
    piece(7, "nobody's"),
  ];
  const items = [{ index: 0, content: "Lisbon", reasoning: null }] as ModelAnswer[];
  const compare = (): unknown => streamOf(events, () => Promise.resolve({ items }));
  const comparison = new Comparison({ model: { compare } } as unknown as Client);
  await comparison.ask(["a", "b"], "?");
  expect(comparison.answers.map(({ content, reasoning, growing }) => [content, reasoning, growing])).toEqual([
    ["Lisbon", "", false],
    ["", "Let me think", false],
  ]);
  expect(comparison.running).toBe(false);
});

test("what came before a failure stays, and the failure is told", async () => {
  const compare = (): unknown => streamOf([piece(0, "half")], () => Promise.reject(new Error("gone")));
  const comparison = new Comparison({ model: { compare } } as unknown as Client);
  await comparison.ask(["a", "b"], "?");
  expect(comparison.answers[0]?.content).toBe("half");
  expect(comparison.failure).toBeInstanceOf(Error);
});
