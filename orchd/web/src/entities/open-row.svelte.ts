/** One row that is open, as the daemon has it by now. */

import { type Client, NotFoundError } from "@orchd/client";
import type { Kind } from "$/entities/kind";
import type { Row } from "$/entities/values";

export class OpenRow {
  row = $state.raw<Row>();
  /** Whether it is not there any more. */
  gone = $state(false);
  failure = $state.raw<unknown>();
  readonly id: number;
  readonly kind: Kind;
  readonly #client: Client;
  readonly #leaving = new AbortController();

  constructor(client: Client, kind: Kind, id: number) {
    this.#client = client;
    this.kind = kind;
    this.id = id;
    void this.#follow();
  }

  async reload(): Promise<void> {
    try {
      const reply = await this.#client.request(`${this.kind.family}:get`, { [this.kind.idKey]: this.id });
      this.row = this.kind.rowOf(reply);
      this.failure = undefined;
    } catch (error) {
      if (error instanceof NotFoundError) this.gone = true;
      else this.failure = error;
    }
  }

  close(): void {
    this.#leaving.abort();
  }

  async #follow(): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      const changes = await this.kind.subscribe?.(this.#client, signal);
      await this.reload();
      for await (const change of changes ?? []) {
        if ("type" in change || change.change === "reset") await this.reload();
        else if (change.id === this.id || change.item?.id === this.id) await this.#take(change.change, change.item);
      }
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    }
  }

  async #take(change: string, item: Row | null): Promise<void> {
    this.gone = change === "deleted" || item === null;
    if (this.gone) return;
    if (this.kind.tellsRows) this.row = this.kind.rowOf(item);
    else await this.reload();
  }
}
