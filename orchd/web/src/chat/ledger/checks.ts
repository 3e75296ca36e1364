import type { Client } from "@orchd/client";
import { Check } from "$/chat/ledger/check.svelte";

/** The checks of the answers of a conversation, each made when it is first asked for. */
export class Checks {
  readonly #client: Client;
  readonly #all = new Map<number, Check>();
  /** Whose ledgers are still to be looked for, and whether that is being done. */
  #wanted: number[] = [];
  #looking = false;
  #closed = false;

  constructor(client: Client) {
    this.#client = client;
  }

  of(messageId: number): Check {
    const known = this.#all.get(messageId);
    if (known !== undefined) return known;
    const made = new Check(this.#client, messageId);
    this.#all.set(messageId, made);
    return made;
  }

  /** See which of these answers were checked before: one after the other, in this order, since most were not. */
  look(messageIds: readonly number[]): void {
    this.#wanted = [...messageIds];
    if (!this.#looking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    for (let id = this.#wanted.shift(); id !== undefined && !this.#closed; id = this.#wanted.shift()) {
      await this.of(id).look();
    }
    this.#looking = false;
  }

  /** End those that run: nobody sees them any more. */
  close(): void {
    this.#closed = true;
    for (const check of this.#all.values()) check.cancel();
  }
}
