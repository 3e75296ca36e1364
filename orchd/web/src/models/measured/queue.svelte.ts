/** What the model servers work on and what waits for them, asked once a second while somebody looks. */

import type { Client, ModelQueueItem } from "@orchd/client";

const INTERVAL_MS = 1000;

export class LiveQueue {
  items = $state.raw<ModelQueueItem[]>();
  failure = $state.raw<unknown>();
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(client: Client) {
    this.#client = client;
    void this.#turn();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** The next question follows the answer to the one before: a slow connection is not asked more than it can tell. */
  async #turn(): Promise<void> {
    if (document.visibilityState === "visible") {
      try {
        this.items = (await this.#client.model.queue()).items;
        this.failure = undefined;
      } catch (error) {
        this.failure = error;
      }
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.#turn(), INTERVAL_MS);
  }
}
