/** The loads that were asked for here: how far they are, and why one was refused. */

import { type Client, type ModelLoaded, type ModelProgress, RequestError } from "@orchd/client";
import { SvelteMap } from "svelte/reactivity";

/** One load: where it is, or why it failed. */
export interface LoadState {
  readonly progress?: ModelProgress | undefined;
  readonly failure?: unknown;
  /** It was refused because memory is short: it can be had all the same. */
  readonly short?: boolean;
}

export class Loads {
  /** By the names of the models. */
  readonly states = new SvelteMap<string, LoadState>();
  readonly #client: Client;
  readonly #running = new Map<string, { cancel(): void }>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whether it is being loaded for us. */
  runs(name: string): boolean {
    const state = this.states.get(name);
    return state !== undefined && state.failure === undefined;
  }

  /** Have a model loaded; returns what came of it, nothing where it failed or was cancelled. */
  async load(name: string, force = false): Promise<ModelLoaded | undefined> {
    const stream = this.#client.model.load({ model: name, force });
    this.#running.set(name, stream);
    this.states.set(name, {});
    try {
      for await (const { data } of stream) this.states.set(name, { progress: data });
      const loaded = await stream;
      this.states.delete(name);
      return loaded;
    } catch (failure) {
      const ours = failure instanceof DOMException && failure.name === "AbortError";
      if (ours) this.states.delete(name);
      else this.states.set(name, { failure, short: failure instanceof RequestError && failure.reason === "memory" });
      return undefined;
    } finally {
      this.#running.delete(name);
    }
  }

  /** Give a load up. */
  cancel(name: string): void {
    this.#running.get(name)?.cancel();
  }

  dismiss(name: string): void {
    this.states.delete(name);
  }
}
