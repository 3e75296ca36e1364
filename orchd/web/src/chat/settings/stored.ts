/** The settings of a conversation that is stored: changed field by field, beside whoever changes others. */

import { type Client, ConflictError, type ConversationItem, type ConversationParamsDraft } from "@orchd/client";
import { readParams, typedParams } from "$/chat/settings/parameters";
import { isApart, storeBeside } from "$/entities/merging";
import { same, type Values } from "$/entities/values";

/** What a form says of a conversation. */
export interface Settings extends Values {
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
    const changed = Object.entries(wanted).filter(([name, value]) => !same(value, this.#begun[name]));
    if (changed.length === 0) return true;
    const changes = Object.fromEntries(changed);
    const conversationId = this.#present.id;
    const stored = await storeBeside(
      async () => {
        await this.#client.conversation.update({ conversationId, version: this.#present.version, ...changes });
        return true;
      },
      async (error) => {
        if (!(error instanceof ConflictError)) return undefined;
        const before = settingsOf(this.#present);
        this.#present = await this.#client.conversation.get({ conversationId });
        return isApart(before, settingsOf(this.#present), changes);
      },
    );
    return stored ?? false;
  }
}

function settingsOf(item: ConversationItem): Settings {
  const { title, autoTitle, assistantId, systemPrompt, projectId } = item;
  const { params } = readParams(typedParams(item.params)); // what a form says of them
  return { title, autoTitle, assistantId, systemPrompt, params, projectId };
}
