import type { Client } from "@orchd/client";
import { Check } from "$/chat/ledger/check.svelte";

/** The checks of the answers of a conversation, each made when it is first asked for. */
export class Checks {
  readonly #client: Client;
  readonly #all = new Map<number, Check>();

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

  /** End those that run: nobody sees them any more. */
  close(): void {
    for (const check of this.#all.values()) check.cancel();
  }
}
