import type { Client } from "@orchd/client";
import { Check } from "$/chat/ledger/check.svelte";

/** So many are read at once: more answers of one conversation are seldom checked. */
const PAGE = 200;

/** The checks of the answers of a conversation, each made when it is first asked for. */
export class Checks {
  readonly #client: Client;
  readonly #all = new Map<number, Check>();
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

  /** See which answers of a conversation were checked before. Where that can't be told now, none of them says so. */
  async look(conversationId: number): Promise<void> {
    let cursor: string | null | undefined;
    try {
      do {
        const asked = { conversationId, limit: PAGE, ...(cursor ? { cursor } : {}) };
        const page = await this.#client.verify.list(asked);
        for (const { messageId, outcome } of page.items) this.of(messageId).note(outcome);
        cursor = page.nextCursor;
      } while (cursor && !this.#closed);
    } catch {
      // Each is looked for when somebody opens it.
    }
  }

  /** End those that run: nobody sees them any more. */
  close(): void {
    this.#closed = true;
    for (const check of this.#all.values()) check.cancel();
  }
}
