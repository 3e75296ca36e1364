/** What the machine tells once a second, for as long as somebody looks: a row of samples, with gaps where none came. */

import type { Client, MonitoringMetrics } from "@orchd/client";

const INTERVAL_MS = 1000;
/** A quarter of an hour. */
export const MOST_SAMPLES = 900;
/** Later than this after the one before, a sample follows a gap. */
const GAP_SECONDS = 3.5;

/** `metrics` is null where nothing is known. */
export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  readonly metrics: MonitoringMetrics | null;
}

/** The samples with one more, and a gap before it where some time is missing. */
export function withSample(samples: readonly Sample[], metrics: MonitoringMetrics): readonly Sample[] {
  const at = new Date(metrics.timestamp).getTime() / 1000;
  const last = samples.at(-1);
  if (last !== undefined && at <= last.at) return samples; // it was told twice, or the clock was put back
  const gap = last !== undefined && at - last.at > GAP_SECONDS ? [{ at: last.at + 1, metrics: null }] : [];
  return [...samples, ...gap, { at, metrics }].slice(-MOST_SAMPLES);
}

export class MachineFeed {
  samples = $state.raw<readonly Sample[]>([]);
  failure = $state.raw<unknown>();
  readonly #client: Client;
  #leaving: AbortController | undefined;
  readonly #look = (): void => this.#turn(document.visibilityState === "visible");

  constructor(client: Client) {
    this.#client = client;
    document.addEventListener("visibilitychange", this.#look);
    this.#look();
  }

  /** What is told last; undefined before the first sample, and null in a gap. */
  get latest(): MonitoringMetrics | null | undefined {
    return this.samples.at(-1)?.metrics;
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#look);
    this.#turn(false);
  }

  /** Follow it anew after a failure. */
  retry(): void {
    this.#turn(false);
    this.#look();
  }

  /** Nobody looks at a hidden tab: nothing is sent there. */
  #turn(on: boolean): void {
    if (on === (this.#leaving !== undefined)) return;
    if (on) {
      this.#leaving = new AbortController();
      void this.#follow(this.#leaving.signal);
    } else {
      this.#leaving?.abort();
      this.#leaving = undefined;
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.failure = undefined;
    try {
      const events = await this.#client.monitoring.subscribe({ intervalMs: INTERVAL_MS }, { signal });
      for await (const event of events) {
        // After a lost connection the times of the samples tell the gap.
        if (event.type === "monitoring:metrics") this.samples = withSample(this.samples, event.data);
      }
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    }
  }
}
