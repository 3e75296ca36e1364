/** The keys of an open conversation, which are good wherever the focus is. */

import { copy } from "$/app/copy";
import { router } from "$/app/router.svelte";
import { attempt } from "$/chat/attempt";
import type { OpenConversation } from "$/chat/conversation.svelte";
import type { ConversationShelf } from "$/chat/list/shelf.svelte";
import { texts } from "$/chat/message/texts";

/** What keys work on. */
export interface KeyTarget {
  readonly open: OpenConversation;
  readonly shelf: ConversationShelf;
  /** Whether nothing may be asked here. */
  readonly readonly: boolean;
  /** Go to where the message is written. */
  write(): void;
}

/** What a key is for; undefined where that is nothing. */
export function keyAction(event: KeyboardEvent, target: KeyTarget): (() => void) | undefined {
  const { key, shiftKey, altKey } = event;
  const command = event.ctrlKey || event.metaKey;
  if (altKey && !command && !shiftKey && (key === "PageDown" || key === "PageUp")) {
    return () => step(target, key === "PageDown" ? 1 : -1);
  }
  if (key === "Escape" && shiftKey) return () => target.write();
  if (!command || !shiftKey || altKey) return undefined;
  if (key.toLowerCase() === "c") return lastCopied(target);
  return key === "Enter" && !target.readonly ? lastAnsweredAgain(target) : undefined;
}

function step({ open, shelf }: KeyTarget, by: 1 | -1): void {
  const { items } = shelf.list;
  const at = items.findIndex(({ id }) => id === open.id);
  const next = at < 0 ? items[0] : items[at + by];
  if (next !== undefined) router.go(`/chat/${next.id}`);
}

/** Open the last question to be asked differently; returns whether there is one that can be. */
export function editLast(open: OpenConversation): boolean {
  const last = open.messages.findLast(({ isAnswer }) => !isAnswer);
  if (last === undefined || open.busy) return false;
  last.editing = true;
  return true;
}

function lastCopied({ open }: KeyTarget): (() => void) | undefined {
  const last = open.messages.findLast(({ isAnswer }) => isAnswer);
  return last === undefined ? undefined : () => void copy(last.content, texts().copied);
}

function lastAnsweredAgain({ open }: KeyTarget): (() => void) | undefined {
  const last = open.messages.findLast(({ isAnswer }) => isAnswer);
  return last === undefined || open.busy ? undefined : () => attempt(open.regenerate(last.id));
}
