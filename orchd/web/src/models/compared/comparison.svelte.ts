/** One question to several models, and their answers as they come. */

import type { Client, ModelAnswer, ModelStreaming } from "@orchd/client";

/** One of the answers. */
class ComparedAnswer {
  readonly model: string;
  content = $state("");
  reasoning = $state("");
  growing = $state(true);
  /** What is told of it in the end. */
  whole = $state.raw<ModelAnswer>();

  constructor(model: string) {
    this.model = model;
  }

  take({ channel, chunk, done }: ModelStreaming): void {
    if (channel === "reasoning") this.reasoning += chunk;
    else this.content += chunk;
    if (done) this.growing = false;
  }

  end(whole: ModelAnswer): void {
    this.whole = whole;
    this.content = whole.content;
    this.reasoning = whole.reasoning ?? "";
    this.growing = false;
  }
}

export class Comparison {
  answers = $state.raw<readonly ComparedAnswer[]>([]);
  running = $state(false);
  failure = $state.raw<unknown>();
  readonly #client: Client;
  #stream: { cancel(): void } | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Ask; what was asked before gives way. Returns when all have answered, or it failed or was stopped. */
  async ask(models: readonly string[], message: string): Promise<void> {
    this.stop();
    const answers = models.map((model) => new ComparedAnswer(model));
    const stream = this.#client.model.compare({ models: [...models], message });
    this.#stream = stream;
    this.answers = answers;
    this.failure = undefined;
    this.running = true;
    try {
      for await (const { data } of stream) answers[data.index]?.take(data);
      for (const item of (await stream).items) answers[item.index]?.end(item);
    } catch (error) {
      const ours = error instanceof DOMException && error.name === "AbortError";
      if (!ours && this.#stream === stream) this.failure = error;
    } finally {
      for (const answer of answers) answer.growing = false;
      if (this.#stream === stream) {
        this.#stream = undefined;
        this.running = false;
      }
    }
  }

  /** What there is stays. */
  stop(): void {
    this.#stream?.cancel();
  }
}
