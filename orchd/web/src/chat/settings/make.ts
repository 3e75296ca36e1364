/** A conversation that is made before its first question, since more is chosen for it than a question can say. */

import type { Client } from "@orchd/client";
import type { Preset } from "$/chat/settings/preset.svelte";

/** Of a title. */
const MAX_TITLE = 200;

export interface MadeConversation {
  readonly id: number;
  /** Remove it again: it has stayed without a question. */
  remove(): Promise<void>;
}

/** Make one that is called by what is asked first, until it has a title. */
export async function makeConversation(client: Client, preset: Preset, question: string): Promise<MadeConversation> {
  const title = [...question.trim()].slice(0, MAX_TITLE).join("");
  const { id } = await client.conversation.create({ ...preset, title, autoTitle: true });
  return {
    id,
    remove: async () => void (await client.conversation.delete({ conversationId: id }).catch(() => undefined)),
  };
}
