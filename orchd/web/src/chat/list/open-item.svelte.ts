/** The row of the conversation that is open: its title, model and settings, as they are by now. */

import type { Client, ConversationItem } from "@orchd/client";
import { onlyReads } from "$/app/rights";
import type { ConversationShelf } from "$/chat/list/shelf.svelte";

export class OpenItem {
  item = $state.raw<ConversationItem>();
  /** Whether it was there and is no more, or may not be seen any more. */
  gone = $state(false);
  /** Whether it is another one's, in a project that one may only read. */
  readonly = $state(false);
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
    this.#unwatch = this.#shelf.watch(id, (item) => this.#take(item));
    this.item = this.#shelf.list.items.find((item) => item.id === id);
    void this.#read(id);
  }

  close(): void {
    this.#unwatch();
    this.#id = undefined;
    this.item = undefined;
    this.gone = this.readonly = false;
  }

  #take(item: ConversationItem | undefined): void {
    const moved = item !== undefined && item.projectId !== this.item?.projectId;
    this.gone = item === undefined;
    this.item = item;
    if (moved) void this.#judge(item);
  }

  async #judge({ id, userId, projectId }: ConversationItem): Promise<void> {
    const readonly = await onlyReads(this.#client, undefined, { userId, projectId });
    if (this.#id === id && this.item?.projectId === projectId) this.readonly = readonly;
  }

  async #read(id: number): Promise<void> {
    try {
      const item = await this.#client.conversation.get({ conversationId: id });
      if (this.#id !== id) return;
      this.#take(item);
      void this.#judge(item);
      if (item.unread) await this.#client.conversation.update({ conversationId: id, unread: false });
    } catch {
      // What is wrong with the conversation is said where its messages would be.
    }
  }
}
