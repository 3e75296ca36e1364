/** The branch of a conversation that is shown, and a second answer beside its last one where two are compared. */

import type { ChatMessage, ChatProgress } from "@orchd/client";
import { rememberPair } from "$/chat/beside";
import { ShownMessage } from "$/chat/message/shown.svelte";

export class Branch {
  /** Oldest first. */
  messages = $state.raw<ShownMessage[]>([]);
  /** Another answer to the question before the last message, shown beside that. */
  beside = $state.raw<ShownMessage>();
  /** What an answer waits for that isn't shown yet: nothing more may be told of it for as long as it waits. */
  #early: ChatProgress | undefined;

  find(id: number): ShownMessage | undefined {
    return this.beside?.id === id ? this.beside : this.messages.find((message) => message.id === id);
  }

  /**
   * Put a message where it belongs: over what is known of it, else after its parent, where it begins another branch.
   *
   * Says whether it could: the parent of one that can't be placed isn't shown, or not read yet.
   */
  put(message: ChatMessage): boolean {
    const shown = this.find(message.id);
    if (shown !== undefined) {
      shown.store(message);
      return true;
    }
    const parent = this.messages.findIndex(({ id }) => id === message.parentId);
    if (message.parentId !== null && parent < 0) return false;
    this.beside = undefined;
    const before = this.messages.slice(0, parent + 1);
    this.messages = [...before, this.#sibling(message, this.messages[before.length])];
    return true;
  }

  /** Put an answer beside the last message. */
  putBeside(message: ChatMessage): void {
    const [shown, last] = [this.find(message.id), this.messages.at(-1)];
    if (shown === undefined) this.beside = this.#sibling(message, last);
    else shown.store(message);
    if (last !== undefined && last.id !== message.id)
      rememberPair(message.conversationId, { first: last.id, beside: message.id });
  }

  /** Say what an answer waits for, unless its text has begun. */
  wait(id: number, progress: ChatProgress): void {
    const shown = this.find(id);
    if (shown === undefined) this.#early = progress;
    else if (shown.growing && !shown.hasText) shown.progress = progress;
  }

  /** Show a page of a branch, and what was read before of the same one; say whether anything was. */
  replace(page: readonly ChatMessage[]): boolean {
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const top = page[0];
    const index = top === undefined ? -1 : this.messages.findIndex(({ id }) => id === top.id);
    const older = index > 0 ? this.messages.slice(0, index) : [];
    const last = page.at(-1);
    if (this.beside !== undefined) known.set(this.beside.id, this.beside);
    const shown = page.map((message) => this.#restored(known.get(message.id), message));
    // Where the answer beside the last one is on the active branch both stay where they are.
    const first = this.messages.at(-1);
    if (this.beside !== undefined && first !== undefined && last?.id === this.beside.id) shown.splice(-1, 1, first);
    else if (last?.parentId !== this.beside?.stored.parentId) this.beside = undefined;
    this.messages = [...older, ...shown];
    return older.length > 0;
  }

  /** Show older messages above. */
  prepend(page: readonly ChatMessage[]): void {
    this.messages = [...page.map((message) => new ShownMessage(message)), ...this.messages];
  }

  #sibling(message: ChatMessage, other: ShownMessage | undefined): ShownMessage {
    const others = other === undefined ? [] : (other.stored.siblings ?? [other.id]);
    const siblings = message.siblings ?? [...others.filter((id) => id !== message.id), message.id];
    if (other !== undefined) other.stored = { ...other.stored, siblings };
    return this.#made({ ...message, siblings });
  }

  #restored(known: ShownMessage | undefined, message: ChatMessage): ShownMessage {
    if (known === undefined) return this.#made(message);
    known.store(message);
    return known;
  }

  #made(message: ChatMessage): ShownMessage {
    const made = new ShownMessage(message);
    if (made.growing && this.#early?.messageId === made.id) made.progress = this.#early;
    return made;
  }
}
