/** The model servers and their models, as known by now, and the speeds that were measured last. */

import type { BackendItem, Client, ModelBenchmarkItem, ModelItem, ModelStars } from "@orchd/client";

/** What is known is read again so often; the servers themselves are asked by whoever wants that. */
const INTERVAL_MS = 10_000;

/** The speed of each model in tokens a second, by the latest of its benchmarks that has one. */
export function speedsOf(items: readonly ModelBenchmarkItem[]): ReadonlyMap<string, number> {
  const speeds = new Map<string, number>();
  for (const { model, backend, tokensPerSecond } of items) {
    const key = speedKey(model, backend);
    if (tokensPerSecond !== null && !speeds.has(key)) speeds.set(key, tokensPerSecond.median);
  }
  return speeds;
}

function speedKey(model: string, backend: string): string {
  return `${model}\n${backend}`;
}

export class ModelShelf {
  servers = $state.raw<BackendItem[]>([]);
  models = $state.raw<ModelItem[]>([]);
  failure = $state.raw<unknown>();
  /** Until they are known for the first time. */
  loading = $state(true);
  /** Whether the servers are being asked. */
  asking = $state(false);
  #speeds = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #client: Client;
  readonly #timer: ReturnType<typeof setInterval>;
  #reading = 0;

  constructor(client: Client) {
    this.#client = client;
    void this.read(false);
    void this.readSpeeds();
    this.#timer = setInterval(() => {
      if (document.visibilityState === "visible" && !this.asking) void this.read(false);
    }, INTERVAL_MS);
  }

  /** Those that one can talk to. */
  get talking(): readonly ModelItem[] {
    return this.models.filter(({ type, chats }) => type === "llm" && chats !== false);
  }

  speedOf({ name, id, backend }: ModelItem): number | undefined {
    return this.#speeds.get(speedKey(id, backend)) ?? this.#speeds.get(speedKey(name, backend));
  }

  /** Read what is known, or have the servers asked first. */
  async read(refresh: boolean): Promise<void> {
    const reading = ++this.#reading;
    if (refresh) this.asking = true;
    try {
      const { backends } = await this.#client.backend.list({ refresh });
      const models = await this.#all();
      if (reading !== this.#reading) return;
      this.servers = backends;
      this.models = models;
      this.failure = undefined;
    } catch (error) {
      if (reading === this.#reading) this.failure = error;
    } finally {
      if (refresh) this.asking = false;
      this.loading = false;
    }
  }

  async readSpeeds(): Promise<void> {
    try {
      this.#speeds = speedsOf((await this.#client.model.benchmarks({ limit: 200 })).items);
    } catch {
      // Without them the column of speeds is empty.
    }
  }

  /** Show what all think of a model by now. */
  noteRating(name: string, rating: ModelStars): void {
    this.models = this.models.map((each) => (each.name === name ? { ...each, rating } : each));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#reading += 1;
  }

  async #all(): Promise<ModelItem[]> {
    const models: ModelItem[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#client.model.list(cursor === undefined ? {} : { cursor });
      models.push(...page.models);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return models;
  }
}
