/** The row of the conversation that is open: its title, model and settings, as they are by now. */

import type { Client, ConversationItem } from "@orchd/client";
import type { ConversationShelf } from "$/chat/list/shelf.svelte";

export class OpenItem {
  item = $state.raw<ConversationItem>();
  readonly #client: Client;
  readonly #shelf: ConversationShelf;
  #id: number | undefined;
  #unwatch: () => void = () => undefined;

  constructor(client: Client, shelf: ConversationShelf) {
    this.#client = client;
    this.#shelf = shelf;
  }

  /** Show another one; whoever opens it has seen what is new in it. */
  open(id: number | undefined): void {
    if (id === this.#id) return;
    this.close();
    this.#id = id;
    if (id === undefined) return;
    this.#unwatch = this.#shelf.watch(id, (item) => (this.item = item));
    this.item = this.#shelf.list.items.find((item) => item.id === id);
    void this.#read(id);
  }

  close(): void {
    this.#unwatch();
    this.#id = undefined;
    this.item = undefined;
  }

  async #read(id: number): Promise<void> {
    try {
      const item = await this.#client.conversation.get({ conversationId: id });
      if (this.#id !== id) return;
      this.item = item;
      if (item.unread) await this.#client.conversation.update({ conversationId: id, unread: false });
    } catch {
      // What is wrong with the conversation is said where its messages would be.
    }
  }
}
