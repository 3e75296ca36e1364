import type { ChatRatingWord } from "@orchd/client";
import type { ShownMessage } from "$/chat/message/shown.svelte";

/** What can be done with a message. What fails says so by itself, except where a promise throws it. */
export interface MessageActions {
  /** Whether nothing can be asked just now. */
  readonly busy: boolean;
  /** Whether somebody may only read it, and say what they think of it. */
  readonly readonly: boolean;
  /** The models that can be asked. */
  readonly models: readonly string[];
  /** Id of whoever is here; undefined until that is known. */
  readonly userId: number | undefined;
  /** Whose the conversation is; undefined until that is known. */
  readonly ownerId: number | undefined;
  /** Ask a question differently; that it was not stored is said, and thrown. */
  edit(message: ShownMessage, text: string): Promise<void>;
  regenerate(message: ShownMessage, model?: string): void;
  compare(message: ShownMessage, model: string): void;
  continue(message: ShownMessage): void;
  /** Go on by the branch that goes through another message beside this one. */
  show(messageId: number): void;
  rate(message: ShownMessage, rating: ChatRatingWord | undefined, reason?: string): Promise<void>;
  react(message: ShownMessage, emoji: string, remove: boolean): Promise<void>;
  remove(message: ShownMessage): void;
  /** Show what was removed, to have it back. */
  openRemoved(): void;
}
