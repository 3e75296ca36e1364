/** A message as it is shown: what is stored of it, and what comes meanwhile. */

import type { ChatMessage, ChatProgress } from "@orchd/client";

export class ShownMessage {
  readonly id: number;
  /** What was told of it last; its text stands below. */
  stored = $state.raw() as ChatMessage;
  content = $state("");
  reasoning = $state("");
  /** What it waits for, until there is text. */
  progress = $state.raw<ChatProgress>();
  /** Up to where the text is known, in code points of both channels. */
  seq = 0;
  /** When its reasoning began and ended, as far as that was seen. */
  reasoningBegan: number | undefined;
  reasoningMs = $state<number>();

  constructor(stored: ChatMessage) {
    this.id = stored.id;
    this.store(stored);
  }

  get growing(): boolean {
    return this.stored.status === "streaming";
  }

  get isAnswer(): boolean {
    return this.stored.role === "assistant";
  }

  /** Take what was stored. The text of an answer that still grows is known better from its frames. */
  store(stored: ChatMessage): void {
    this.stored = stored;
    if (
      stored.status !== "streaming" ||
      stored.content.length + (stored.reasoning?.length ?? 0) > this.content.length + this.reasoning.length
    ) {
      this.content = stored.content;
      this.reasoning = stored.reasoning ?? "";
    }
    if (stored.status !== "streaming") this.progress = undefined;
  }

  /** Take a part of the text. */
  add(chunk: string, channel: string, seq: number): void {
    if (seq <= this.seq) return;
    this.seq = seq;
    if (channel === "reasoning") {
      this.reasoningBegan ??= performance.now();
      this.reasoning += chunk;
    } else {
      if (this.reasoningBegan !== undefined && this.reasoningMs === undefined) {
        this.reasoningMs = performance.now() - this.reasoningBegan;
      }
      this.content += chunk;
    }
    this.progress = undefined;
  }

  /** Begin anew: what was there is void. */
  clear(): void {
    this.content = "";
    this.reasoning = "";
    this.seq = 0;
  }
}
