/** What the model servers work on and what waits for them, as it changes, while somebody looks. */

import type { Client, ModelQueueItem } from "@orchd/client";

const SECOND_MS = 1000;

export class LiveQueue {
  /** As the daemon told it last; the times in it are those of that moment. */
  items = $state.raw<ModelQueueItem[]>();
  failure = $state.raw<unknown>();
  /** Milliseconds since it was told; grows once a second. */
  passedMs = $state(0);
  readonly #client: Client;
  #leaving: AbortController | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #toldAt = 0;
  readonly #look = (): void => this.#turn(document.visibilityState === "visible");

  constructor(client: Client) {
    this.#client = client;
    document.addEventListener("visibilitychange", this.#look);
    this.#look();
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
    clearInterval(this.#clock);
    if (on) {
      this.#leaving = new AbortController();
      this.#clock = setInterval(() => (this.passedMs = performance.now() - this.#toldAt), SECOND_MS);
      void this.#follow(this.#leaving.signal);
    } else {
      this.#leaving?.abort();
      this.#leaving = undefined;
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.failure = undefined;
    try {
      for await (const event of await this.#client.model.queue.subscribe({}, { signal })) {
        // After a lost connection it is told anew.
        if (event.type !== "model:queue:changed") continue;
        this.items = event.data.items;
        this.#toldAt = performance.now();
        this.passedMs = 0;
      }
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    }
  }
}
