/** What a conversation tells of itself, whoever causes it, put on the branch that is shown. */

import type { ChatChanged, ChatMessage, ChatProgress, ChatStreaming, ChatSubscribeEvent } from "@orchd/client";
import type { Branch } from "$/chat/branch.svelte";
import { emptyAnswer } from "$/chat/message/empty";
import type { OwnAnswers } from "$/chat/own-answers";

/** Told of what the branch alone can't show. */
export interface EventListener {
  onmessage(message: ChatMessage): void;
  /** The active branch may be another one by now. */
  onmoved(): void;
  /** An answer grows that isn't shown. Said once of each. */
  onsought(messageId: number): void;
  /** The active branch ends there from now on: somebody has chosen it. */
  onselected(leafId: number | undefined): void;
}

export class HeardEvents {
  readonly #branch: Branch;
  readonly #own: OwnAnswers;
  readonly #listener: EventListener;
  /** Answers that have been looked for on the active branch: what isn't found there grows on another one. */
  readonly #soughtIds = new Set<number>();

  constructor(branch: Branch, own: OwnAnswers, listener: EventListener) {
    this.#branch = branch;
    this.#own = own;
    this.#listener = listener;
  }

  take(event: Exclude<ChatSubscribeEvent, { type: "client:gap" }>): void {
    switch (event.type) {
      case "chat:message":
        if (!this.#own.has(event.data.id)) this.#listener.onmessage(event.data);
        break;
      case "chat:progress":
        if (!this.#own.has(event.data.messageId)) this.#takeProgress(event.data);
        break;
      case "chat:streaming":
        if (!this.#own.has(event.data.messageId)) this.#takeText(event.data);
        break;
      case "chat:changed":
        this.#takeChange(event.data);
        break;
    }
  }

  /** An answer that others have asked for is shown below its question, which was told before. */
  #takeProgress(progress: ChatProgress): void {
    const { messageId, conversationId, parentId, askedModel } = progress;
    const last = this.#branch.messages.at(-1);
    const answer = emptyAnswer(messageId, conversationId, parentId ?? last?.id ?? null, askedModel);
    const isShown = this.#branch.find(messageId) !== undefined;
    this.#branch.wait(messageId, progress);
    if (isShown) return;
    if (last === undefined) this.#lookFor(messageId);
    else if (!last.isAnswer) this.#listener.onmessage(answer);
    else if (progress.beside === true && last.stored.parentId === parentId) this.#branch.putBeside(answer);
    else this.#lookFor(messageId);
  }

  #takeText({ messageId, chunk, channel, seq, done }: ChatStreaming): void {
    const shown = this.#branch.find(messageId);
    if (shown !== undefined) shown.add(chunk, channel, seq);
    else if (!done) this.#lookFor(messageId);
  }

  #takeChange({ messageId, change, ratings, reactions, leafId }: ChatChanged): void {
    if (change === "rated") this.#branch.find(messageId)?.mark({ ratings: ratings ?? [] });
    else if (change === "reacted") this.#branch.find(messageId)?.mark({ reactions: reactions ?? [] });
    else if (change === "selected") this.#listener.onselected(leafId ?? undefined);
    else this.#listener.onmoved();
  }

  /** See once whether an answer is on the active branch: not for each piece of its text. */
  #lookFor(messageId: number): void {
    if (this.#soughtIds.has(messageId)) return;
    this.#soughtIds.add(messageId);
    this.#listener.onsought(messageId);
  }
}
