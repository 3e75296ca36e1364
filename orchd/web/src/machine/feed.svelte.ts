/**
 * What the machine tells once a second, for as long as somebody looks, after what the daemon has kept of the time before:
 * a row of samples, with gaps where none came.
 */

import type { Client, MonitoringMetrics } from "@orchd/client";

const INTERVAL_MS = 1000;
/** A quarter of an hour. */
export const MOST_SAMPLES = 900;
/** Later than this after the one before, a sample follows a gap. */
const GAP_SECONDS = 3.5;
/** The same where one of them is among those that were kept, which are less close. */
const KEPT_GAP_SECONDS = 45;

/** `metrics` is null where nothing is known. */
export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  readonly metrics: MonitoringMetrics | null;
  /** Whether the daemon had kept it. */
  readonly kept?: boolean;
}

/** The samples with one more, and a gap before it where some time is missing. */
export function withSample(samples: readonly Sample[], metrics: MonitoringMetrics): readonly Sample[] {
  return appended(samples, { at: timeOf(metrics), metrics });
}

/** The samples together with those that the daemon has kept, each of which fills a place where there is none. */
export function withKept(samples: readonly Sample[], kept: readonly MonitoringMetrics[]): readonly Sample[] {
  const own = samples.filter(({ metrics }) => metrics !== null);
  const further = kept
    .map((metrics) => ({ at: timeOf(metrics), metrics, kept: true }))
    .filter(({ at }) => own.every((sample) => Math.abs(sample.at - at) > GAP_SECONDS));
  return [...own, ...further].sort((a, b) => a.at - b.at).reduce<readonly Sample[]>(appended, []);
}

function timeOf({ timestamp }: MonitoringMetrics): number {
  return new Date(timestamp).getTime() / 1000;
}

function appended(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined) return [sample];
  if (sample.at === last.at) return samples; // it was told twice
  // The clock was put back: when those were that seem to be still to come isn't known.
  if (sample.at < last.at)
    return appended(
      samples.filter(({ at }) => at < sample.at),
      sample,
    );
  const most = last.kept || sample.kept ? KEPT_GAP_SECONDS : GAP_SECONDS;
  const gap = sample.at - last.at > most ? [{ at: last.at + 1, metrics: null }] : [];
  return [...samples, ...gap, sample].slice(-MOST_SAMPLES);
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
    void this.#readKept(signal);
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

  /** What has been before one came, or while the tab was hidden. */
  async #readKept(signal: AbortSignal): Promise<void> {
    try {
      const { samples } = await this.#client.monitoring.history({}, { signal });
      if (!signal.aborted) this.samples = withKept(this.samples, samples);
    } catch {
      // The charts then begin with what comes; whatever keeps it from being told keeps the rest away, too.
    }
  }
}
