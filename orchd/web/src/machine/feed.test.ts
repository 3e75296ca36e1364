import type { Client, MonitoringMetrics } from "@orchd/client";
import { expect, test, vi } from "vitest";
import { MachineFeed, MOST_SAMPLES, type Sample, withKept, withSample } from "$/machine/feed.svelte";

const BEGAN = Date.parse("2026-11-29T09:30:00.000Z");

function metrics(second: number): MonitoringMetrics {
  return { timestamp: new Date(BEGAN + second * 1000).toISOString() } as MonitoringMetrics;
}

const history = (): Promise<unknown> => Promise.reject(new Error("not known to an older daemon"));

function row(...seconds: number[]): readonly Sample[] {
  return seconds.reduce<readonly Sample[]>((samples, second) => withSample(samples, metrics(second)), []);
}

test("samples that follow each other make a row, and a missing one a gap", () => {
  expect(row(0, 1, 2.9).map((sample) => sample.metrics !== null)).toEqual([true, true, true]);
  const broken = row(0, 1, 60);
  expect(broken.map(({ at }) => at - BEGAN / 1000)).toEqual([0, 1, 2, 60]);
  expect(broken[2]?.metrics).toBeNull();
});

test("one that is told twice is taken once", () => {
  expect(row(0, 1, 1)).toHaveLength(2);
});

test("where the clock is put back the row goes on, without what would be still to come", () => {
  const samples = row(0, 1, 60, 61, 2, 3);
  expect(samples.map(({ at }) => at - (samples[0]?.at ?? 0))).toEqual([0, 1, 2, 3]);
});

test("only so many are kept", () => {
  expect(row(...Array.from({ length: MOST_SAMPLES + 5 }, (_, second) => second))).toHaveLength(MOST_SAMPLES);
});

test("what was kept stands before what comes, and where none came", () => {
  const kept = [-90, -60, -30, 0, 1, 5, 10, 200].map(metrics);
  const filled = withKept(row(1, 2, 3), kept);
  expect(filled.map(({ at }) => at - BEGAN / 1000)).toEqual([-90, -60, -30, 1, 2, 3, 10, 11, 200]);
  expect(filled.filter((sample) => sample.metrics === null).map(({ at }) => at - BEGAN / 1000)).toEqual([11]);
  expect(withKept(filled, kept)).toEqual(filled);
  expect(withSample(withKept([], kept.slice(0, 2)), metrics(-40)).at(-1)?.metrics).not.toBeNull();
});

test("what has been is asked for once a look, and is there before anything comes", async () => {
  const asked = vi.fn<() => Promise<unknown>>(async () => ({ samples: [metrics(0), metrics(5)] }));
  const subscribe = (): Promise<unknown> => new Promise(() => undefined);
  const feed = new MachineFeed({ monitoring: { subscribe, history: asked } } as unknown as Client);
  await vi.waitFor(() => expect(feed.samples).toHaveLength(2));
  expect(asked).toHaveBeenCalledTimes(1);
  feed.close();
});

test("nothing is asked for while the tab is hidden", async () => {
  const signals: AbortSignal[] = [];
  const subscribe = (_: unknown, { signal }: { signal: AbortSignal }): Promise<unknown> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const visible = vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  const feed = new MachineFeed({ monitoring: { subscribe, history } } as unknown as Client);
  visible.mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  visible.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  feed.close();
  expect(signals[1]?.aborted).toBe(true);
});

test("a failure is told, and can be tried again", async () => {
  let works = false;
  const subscribe = (): Promise<unknown> =>
    works ? new Promise(() => undefined) : Promise.reject(new Error("not allowed"));
  const feed = new MachineFeed({ monitoring: { subscribe, history } } as unknown as Client);
  await vi.waitFor(() => expect(feed.failure).toBeInstanceOf(Error));
  works = true;
  feed.retry();
  expect(feed.failure).toBeUndefined();
  feed.close();
});
