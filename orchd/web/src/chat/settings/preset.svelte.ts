/** What is said of a conversation before there is one: taken when its first question is sent. */

import type { ConversationCreate } from "@orchd/client";

export type Preset = Pick<ConversationCreate, "assistantId" | "systemPrompt" | "params" | "projectId">;

export class NewConversation {
  preset = $state.raw<Preset>({});

  /** What the conversation is made with; undefined where nothing was said, and the question itself makes it. */
  get wanted(): Preset | undefined {
    return Object.keys(this.preset).length === 0 ? undefined : this.preset;
  }

  /** The next conversation is begun without. */
  clear(): void {
    this.preset = {};
  }
}
