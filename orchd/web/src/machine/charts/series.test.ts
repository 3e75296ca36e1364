import type { MonitoringMetrics } from "@orchd/client";
import { expect, test } from "vitest";
import type { Sample } from "$/machine/feed.svelte";
import { lineOf, rowsOf, vramShare } from "$/machine/charts/series";

function sample(at: number, usage: number | null): Sample {
  return { at, metrics: { cpu: { usage }, timestamp: String(at) } as unknown as MonitoringMetrics };
}

test("a line has nothing where nothing is known, and in gaps", () => {
  const samples = [sample(0, 12), sample(1, null), { at: 2, metrics: null }, sample(3, 0)];
  expect(lineOf("", "accent", samples, ({ cpu }) => cpu.usage).values).toEqual([12, null, null, 0]);
});

test("a table has a row for some of the samples, the latest first", () => {
  const samples = Array.from({ length: 20 }, (_, second) => sample(second, second));
  expect(rowsOf(samples, 5, 3).map(({ timestamp }) => timestamp)).toEqual(["19", "14", "9"]);
  expect(rowsOf([sample(1, 1), { at: 2, metrics: null }], 5, 3)).toHaveLength(1);
  expect(rowsOf([], 5, 3)).toEqual([]);
});

test("a card that doesn't tell its memory has no share of it in use", () => {
  const card = { vendor: "NVIDIA", model: null, usage: null, temperature: null, powerWatts: null };
  expect(vramShare({ ...card, vramTotal: 8, vramUsed: 2 })).toBe(25);
  expect(vramShare({ ...card, vramTotal: null, vramUsed: 2 })).toBeNull();
  expect(vramShare({ ...card, vramTotal: 8, vramUsed: null })).toBeNull();
  expect(vramShare({ ...card, vramTotal: 0, vramUsed: 0 })).toBeNull();
});
