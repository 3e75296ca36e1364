import { type Client, type ModelBenchmarkItem, RequestError } from "@orchd/client";
import { expect, test, vi } from "vitest";
import { speedsOf } from "$/models/listed/model-shelf.svelte";
import { BenchmarkList, comparableOf } from "$/models/measured/benchmarks.svelte";

function item(
  id: number,
  model: string,
  speed: number | null,
  more: Partial<ModelBenchmarkItem> = {},
): ModelBenchmarkItem {
  const tokensPerSecond = speed === null ? null : { min: speed, median: speed, max: speed };
  return { id, model, backend: "box", prompt: 1, maxTokens: 128, tokensPerSecond, ...more } as ModelBenchmarkItem;
}

test("only the latest of the same question and length are compared, the fastest first", () => {
  const items = [
    item(6, "b", null),
    item(5, "a", 10),
    item(4, "b", 30),
    item(3, "a", 99),
    item(2, "c", 50, { maxTokens: 64 }),
  ];
  expect(comparableOf(items)?.items.map(({ id }) => id)).toEqual([4, 5]);
  expect(comparableOf([item(1, "a", null)])).toBeUndefined();
});

test("a model's speed is that of its latest benchmark that has one", () => {
  const speeds = speedsOf([item(3, "a", null), item(2, "a", 20), item(1, "a", 10)]);
  expect([...speeds.values()]).toEqual([20]);
});

/** A stream of nothing that ends so. */
function ending(result: { data: unknown } | { error: unknown }): unknown {
  const end = (): Promise<unknown> => ("error" in result ? Promise.reject(result.error) : Promise.resolve(result.data));
  return {
    cancel: () => undefined,
    [Symbol.asyncIterator]: () => ({
      next: () => ("error" in result ? end() : Promise.resolve({ done: true, value: undefined })),
    }),
    then: (done: (value: unknown) => unknown, failed: (reason: unknown) => unknown) => end().then(done, failed),
  };
}

function listOf(benchmark: () => unknown): BenchmarkList {
  const benchmarks = (): Promise<unknown> => Promise.resolve({ items: [item(1, "a", 10)], nextCursor: null });
  return new BenchmarkList({ model: { benchmarks, benchmark } } as unknown as Client);
}

test("what was measured comes first, and a refusal for memory can be overruled", async () => {
  const refusal = new RequestError({
    code: "unavailable",
    message: "too little memory",
    details: { reason: "memory" },
  });
  const answers = [ending({ error: refusal }), ending({ data: item(2, "a", 12) })];
  const list = listOf(() => answers.shift());
  await vi.waitFor(() => expect(list.items).toHaveLength(1));
  expect(await list.measure("a", 3, 128)).toBeUndefined();
  expect([list.short, list.running]).toEqual([true, false]);
  await list.measure("a", 3, 128, true);
  expect(list.items.map(({ id }) => id)).toEqual([2, 1]);
  expect(list.refusal).toBeUndefined();
});

test("one that was given up is no failure", async () => {
  const list = listOf(() => ending({ error: new DOMException("it was cancelled", "AbortError") }));
  await list.measure("a", 3, 128);
  expect(list.refusal).toBeUndefined();
});
