/** What holds tasks back when the machine is busy, asked anew while somebody looks. */

import type { Client, TaskBrakeState } from "@orchd/client";

/** As often as the daemon looks at the machine for this. */
const INTERVAL_MS = 5000;

export class TaskLimits {
  /** Undefined until it is known, or where one may not know it. */
  told = $state.raw<TaskBrakeState>();
  readonly #client: Client;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(client: Client) {
    this.#client = client;
    void this.#read();
    this.#timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.#read();
    }, INTERVAL_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    try {
      this.told = await this.#client.task.brakes();
    } catch {
      // Limits that can't be read are not shown; the next time may do.
    }
  }
}
