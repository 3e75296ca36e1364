/** What is said of a conversation before there is one: taken when its first question is sent. */

import type { ConversationCreate } from "@orchd/client";
import { drafts } from "$/drafts/store.svelte";

export type Preset = Pick<ConversationCreate, "assistantId" | "systemPrompt" | "params" | "projectId">;

const DRAFT = "preset";

export class NewConversation {
  #preset = $state.raw<Preset>(kept());

  get preset(): Preset {
    return this.#preset;
  }

  /** It is there after a reload as well. */
  set preset(preset: Preset) {
    this.#preset = preset;
    drafts.keep(DRAFT, Object.keys(preset).length === 0 ? undefined : preset);
  }

  /** What the conversation is made with; undefined where nothing was said, and the question itself makes it. */
  get wanted(): Preset | undefined {
    return Object.keys(this.preset).length === 0 ? undefined : this.preset;
  }

  /** The next conversation is begun without. */
  clear(): void {
    if (this.wanted !== undefined) this.preset = {};
  }
}

function kept(): Preset {
  const preset = drafts.read(DRAFT);
  return typeof preset === "object" && preset !== null ? preset : {};
}
