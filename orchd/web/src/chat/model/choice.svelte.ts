/** The models that can be asked, and which one somebody has chosen. */

import type { Client, ModelItem } from "@orchd/client";

const KEY = "orchd.model";

export class ModelChoice {
  models = $state.raw<ModelItem[]>([]);
  failure = $state.raw<unknown>();
  /** Undefined: the daemon chooses. */
  chosen = $state<string | undefined>(localStorage.getItem(KEY) ?? undefined);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    void this.read();
  }

  /** Those that one can talk to. */
  get talking(): ModelItem[] {
    return this.models.filter(({ type, chats }) => type === "llm" && chats !== false);
  }

  /** The name that a question is sent with: one that isn't there any more would be refused. */
  get model(): string | undefined {
    return this.talking.some(({ name }) => name === this.chosen) ? this.chosen : undefined;
  }

  choose(name: string | undefined): void {
    this.chosen = name;
    if (name === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name);
  }

  async read(): Promise<void> {
    try {
      this.models = (await this.#client.model.list()).models;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }
}
