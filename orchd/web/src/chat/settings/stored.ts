/** The settings of a conversation that is stored: changed field by field, beside whoever changes others. */

import { type Client, ConflictError, type ConversationItem, type ConversationParamsDraft } from "@orchd/client";
import { readParams, typedParams } from "$/chat/settings/parameters";
import { same } from "$/entities/values";

/** So often it is tried again because another field was changed meanwhile, or a message came. */
const MOST_TRIES = 5;

/** What a form says of a conversation. */
export interface Settings {
  title: string;
  autoTitle: boolean;
  assistantId: number | null;
  systemPrompt: string | null;
  params: ConversationParamsDraft | null;
  projectId: number | null;
}

export class StoredSettings {
  readonly #client: Client;
  readonly #begun: Settings;
  #present: ConversationItem;

  /** `begun`: the conversation as the form shows it. */
  constructor(client: Client, begun: ConversationItem) {
    this.#client = client;
    this.#begun = settingsOf(begun);
    this.#present = begun;
  }

  /**
   * Store what differs from what the form began with.
   *
   * Returns false where somebody else has changed one of the same fields since: stored once more, it replaces that.
   */
  async store(wanted: Settings): Promise<boolean> {
    const names = Object.keys(wanted) as (keyof Settings)[];
    const changed = names.filter((name) => !same(wanted[name], this.#begun[name]));
    if (changed.length === 0) return true;
    const changes = Object.fromEntries(changed.map((name) => [name, wanted[name]]));
    const conversationId = this.#present.id;
    for (let tries = 1; ; tries += 1) {
      const before = this.#present;
      try {
        await this.#client.conversation.update({ conversationId, version: before.version, ...changes });
        return true;
      } catch (error) {
        if (!(error instanceof ConflictError) || tries === MOST_TRIES) throw error;
      }
      this.#present = await this.#client.conversation.get({ conversationId });
      const [then, now] = [settingsOf(before), settingsOf(this.#present)];
      if (changed.some((name) => !same(then[name], now[name]))) return false;
    }
  }
}

function settingsOf(item: ConversationItem): Settings {
  const { title, autoTitle, assistantId, systemPrompt, projectId } = item;
  const { params } = readParams(typedParams(item.params)); // what a form says of them
  return { title, autoTitle, assistantId, systemPrompt, params, projectId };
}
