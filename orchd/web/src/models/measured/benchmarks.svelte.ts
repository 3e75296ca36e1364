/** What was measured of models, and a measurement that runs. */

import { type Client, type ModelBenchmarkItem, type ModelProgress, RequestError } from "@orchd/client";

const PAGE = 50;

/** Benchmarks that may be compared: of the same question and length, the latest of each model, the fastest first. */
export interface Comparable {
  readonly maxTokens: number;
  readonly items: readonly ModelBenchmarkItem[];
}

/** The group that the latest benchmark belongs to; nothing where no speed is known. */
export function comparableOf(items: readonly ModelBenchmarkItem[]): Comparable | undefined {
  const latest = items.find(({ tokensPerSecond }) => tokensPerSecond !== null);
  if (latest === undefined) return undefined;
  const { prompt, maxTokens } = latest;
  const found = new Map<string, ModelBenchmarkItem>();
  for (const item of items) {
    const key = `${item.model}\n${item.backend}`;
    if (item.prompt === prompt && item.maxTokens === maxTokens && item.tokensPerSecond !== null && !found.has(key)) {
      found.set(key, item);
    }
  }
  const speed = ({ tokensPerSecond }: ModelBenchmarkItem): number => tokensPerSecond?.median ?? 0;
  return { maxTokens, items: [...found.values()].sort((a, b) => speed(b) - speed(a)) };
}

export class BenchmarkList {
  /** The latest first. */
  items = $state.raw<ModelBenchmarkItem[]>([]);
  hasMore = $state(false);
  loading = $state(true);
  /** Why they can't be read. */
  failure = $state.raw<unknown>();
  /** How far the one is that runs; undefined while none does. */
  progress = $state.raw<ModelProgress>();
  running = $state(false);
  /** Why the last one could not be made. */
  refusal = $state.raw<unknown>();
  readonly #client: Client;
  #cursor: string | undefined;
  #stream: { cancel(): void } | undefined;

  constructor(client: Client) {
    this.#client = client;
    void this.#read();
  }

  /** Whether the last one was refused because memory is short. */
  get short(): boolean {
    return this.refusal instanceof RequestError && this.refusal.reason === "memory";
  }

  async loadMore(): Promise<void> {
    if (this.hasMore && !this.loading) await this.#read();
  }

  /** Measure a model; returns what was found, nothing where it failed or was given up. */
  async measure(
    model: string,
    runs: number,
    maxTokens: number,
    force = false,
  ): Promise<ModelBenchmarkItem | undefined> {
    const stream = this.#client.model.benchmark({ model, runs, maxTokens, force });
    this.#stream = stream;
    this.running = true;
    this.refusal = undefined;
    try {
      for await (const { data } of stream) this.progress = data;
      const item = await stream;
      this.items = [item, ...this.items.filter(({ id }) => id !== item.id)];
      return item;
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.refusal = error;
      return undefined;
    } finally {
      this.running = false;
      this.progress = undefined;
      this.#stream = undefined;
    }
  }

  cancel(): void {
    this.#stream?.cancel();
  }

  async #read(): Promise<void> {
    this.loading = true;
    try {
      const page = await this.#client.model.benchmarks({
        limit: PAGE,
        ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      });
      const known = new Set(this.items.map(({ id }) => id));
      this.items = [...this.items, ...page.items.filter(({ id }) => !known.has(id))];
      this.#cursor = page.nextCursor ?? undefined;
      this.hasMore = page.nextCursor !== null;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loading = false;
    }
  }
}
