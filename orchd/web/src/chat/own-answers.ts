/** The answers that were asked for here: their text comes by the request, also over a lost connection. */

import type { AnswerStream, ChatMessage, ChatProgress } from "@orchd/client";
import type { Branch } from "$/chat/branch.svelte";
import { emptyAnswer } from "$/chat/message/empty";

/** Told of what is to be shown anew. */
export interface AnswerListener {
  onquestion(question: ChatMessage): void;
  onanswer(answer: ChatMessage): void;
}

export class OwnAnswers {
  readonly #branch: Branch;
  readonly #listener: AnswerListener;
  readonly #ids = new Set<number>();

  constructor(branch: Branch, listener: AnswerListener) {
    this.#branch = branch;
    this.#listener = listener;
  }

  /** Whether an answer is told by its own request. */
  has(messageId: number): boolean {
    return this.#ids.has(messageId);
  }

  /**
   * Show an answer while it grows, `beside` the last one where both are wanted; `model` is who will have given it, as
   * far as that is known.
   *
   * Returns its id once it has begun, and throws why it could not.
   */
  async follow(
    answer: AnswerStream<ChatMessage, ChatProgress>,
    model?: string,
    beside = false,
  ): Promise<number | undefined> {
    let told: ChatMessage | undefined;
    let tell: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (tell = resolve));
    const unwatch = answer.watch(() => {
      if (answer.question !== undefined && answer.question !== told) {
        told = answer.question;
        if (!beside) this.#listener.onquestion(told);
      }
      if (answer.messageId === undefined) return;
      this.#notice(answer.messageId, answer.progress, told, beside, model);
      tell();
    });
    const ended = this.#read(answer).finally(unwatch);
    await Promise.race([begun, ended]); // one that fails before it begins throws here
    ended.catch(() => undefined); // from here on the message itself says what became of it
    return answer.messageId;
  }

  #notice(
    id: number,
    progress: ChatProgress | undefined,
    question: ChatMessage | undefined,
    beside: boolean,
    model: string | undefined,
  ): void {
    this.#ids.add(id);
    // One that goes on from another answer begins with the text of that, before anything is told of its progress.
    const conversationId = progress?.conversationId ?? question?.conversationId;
    if (this.#branch.find(id) === undefined && conversationId !== undefined) {
      const message = emptyAnswer(id, conversationId, question?.id ?? null, progress?.askedModel ?? model);
      if (beside) this.#branch.putBeside(message);
      else this.#listener.onanswer(message);
    }
    if (progress !== undefined) this.#branch.wait(id, progress);
  }

  async #read(answer: AnswerStream<ChatMessage, ChatProgress>): Promise<void> {
    try {
      for await (const { text, channel, seq, recovered } of answer) {
        const shown = answer.messageId === undefined ? undefined : this.#branch.find(answer.messageId);
        if (recovered) shown?.add(text, channel, seq);
        else shown?.begin(text, channel);
      }
      if (answer.message !== undefined) this.#branch.find(answer.message.id)?.store(answer.message);
    } finally {
      if (answer.messageId !== undefined) this.#ids.delete(answer.messageId);
    }
  }
}
