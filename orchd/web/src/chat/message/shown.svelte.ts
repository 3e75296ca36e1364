/** A message as it is shown: what is stored of it, and what comes meanwhile. */

import type { ChatMarks, ChatMessage, ChatProgress } from "@orchd/client";
import { countPoints, dropPoints } from "$/chat/message/code-points";

/** How long text may wait to be shown in a tab that nobody sees, where no frame is ever drawn. */
const UNSEEN_MS = 250;

export class ShownMessage {
  readonly id: number;
  /** Why it can't be shown. The messages around it can. */
  failure = $state.raw<unknown>();
  /** What was told of it last; its text stands below. */
  stored = $state.raw() as ChatMessage;
  content = $state("");
  reasoning = $state("");
  /** What it waits for, until there is text. */
  progress = $state.raw<ChatProgress>();
  /** Whether it is open to be asked differently. */
  editing = $state(false);
  /** Up to where the text is known, in code points of both channels. */
  #seq = 0;
  /** All text that has come; it is shown once a frame, however many pieces come in between. */
  #text = { content: "", reasoning: "" };
  #drawing = false;
  #reasoningBegan: number | undefined;
  /** How long it reasoned, as far as that was seen here. */
  #seenReasoningMs = $state<number>();

  constructor(stored: ChatMessage) {
    this.id = stored.id;
    this.store(stored);
  }

  get growing(): boolean {
    return this.stored.status === "streaming";
  }

  /** Whether any text has come. */
  get hasText(): boolean {
    return this.#seq > 0;
  }

  /** How long it reasoned; undefined while it does, and where nobody knows. */
  get reasoningMs(): number | undefined {
    return this.stored.timings?.reasoningMs ?? this.#seenReasoningMs;
  }

  get isAnswer(): boolean {
    return this.stored.role === "assistant";
  }

  /** Take what was stored. Of an answer that grows, what has come already may be more than that. */
  store(stored: ChatMessage): void {
    this.stored = { ...this.stored, ...stored };
    this.failure = undefined;
    try {
      this.#take(stored);
    } catch (error) {
      this.failure = error;
    }
  }

  #take(stored: ChatMessage): void {
    const reasoning = stored.reasoning ?? "";
    const seq = countPoints(stored.content) + countPoints(reasoning);
    if (stored.status === "streaming" && seq <= this.#seq) return;
    if (stored.status !== "streaming") this.progress = undefined;
    this.#seq = seq;
    this.#text = { content: stored.content, reasoning };
    this.#show();
  }

  /** Take what people have said of it. */
  mark({ ratings, reactions }: Partial<Pick<ChatMarks, "ratings" | "reactions">>): void {
    this.stored = {
      ...this.stored,
      ...(ratings === undefined ? {} : { ratings }),
      ...(reactions === undefined ? {} : { reactions }),
    };
  }

  /** Take a piece of the text that ends at `seq`, without what of it is known already. */
  add(chunk: string, channel: string, seq: number): void {
    const known = this.#seq - (seq - countPoints(chunk));
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.#append(known > 0 ? dropPoints(chunk, known) : chunk, channel);
  }

  /** Begin anew with a piece of text: what was there is void. */
  begin(chunk: string, channel: string): void {
    this.#text = { content: "", reasoning: "" };
    this.#seq = countPoints(chunk);
    this.#append(chunk, channel);
  }

  #append(chunk: string, channel: string): void {
    if (channel === "reasoning") {
      this.#reasoningBegan ??= performance.now();
      this.#text.reasoning += chunk;
    } else {
      if (this.#reasoningBegan !== undefined) this.#seenReasoningMs ??= performance.now() - this.#reasoningBegan;
      this.#text.content += chunk;
    }
    this.progress = undefined;
    this.#draw();
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    const show = (): void => {
      if (this.#drawing) this.#show();
    };
    if (document.visibilityState === "hidden") setTimeout(show, UNSEEN_MS);
    else requestAnimationFrame(show);
  }

  #show(): void {
    this.#drawing = false;
    this.content = this.#text.content;
    this.reasoning = this.#text.reasoning;
  }
}
