/** What is drawn and written of the samples. */

import type { MonitoringMetrics } from "@orchd/client";
import type { Line } from "$/machine/charts/Chart.svelte";
import type { Sample } from "$/machine/feed.svelte";

type Reader = (metrics: MonitoringMetrics) => number | null | undefined;

/** A line of what `read` finds in each sample; a gap, and what is not known, is null. */
export function lineOf(label: string, colour: Line["colour"], samples: readonly Sample[], read: Reader): Line {
  return { label, colour, values: samples.map(({ metrics }) => (metrics === null ? null : (read(metrics) ?? null))) };
}

/** The samples every `step` seconds, the latest first, for a table of at most `most` rows. */
export function rowsOf(samples: readonly Sample[], step: number, most: number): MonitoringMetrics[] {
  const rows: MonitoringMetrics[] = [];
  let next = Infinity;
  for (let index = samples.length - 1; index >= 0 && rows.length < most; index--) {
    const sample = samples[index];
    if (sample?.metrics == null || sample.at > next) continue;
    rows.push(sample.metrics);
    next = sample.at - step + 0.5; // samples come a little early or late
  }
  return rows;
}

/** Percent of graphics memory in use; null where its size or its use is not known. */
export function vramShare({ vramTotal, vramUsed }: MonitoringMetrics["gpus"][number]): number | null {
  return vramTotal === null || vramTotal === 0 || vramUsed === null ? null : (vramUsed / vramTotal) * 100;
}
