/** The text of a step while it is made. */

import type { TaskStreaming } from "@orchd/client";

export class StepText {
  /** What the step does, by which attempt and model. */
  step = $state("");
  attempt = $state(0);
  model = $state<string | null>(null);
  text = $state("");
  /** Up to where it is known, in code points. */
  #seq = 0;

  /** Take a piece; returns whether more will come. */
  take({ step, attempt, model, seq, begin, chunk, done }: TaskStreaming): boolean {
    if (begin || step !== this.step || attempt !== this.attempt) {
      this.step = step;
      this.attempt = attempt;
      this.text = "";
      this.#seq = 0;
    }
    this.model = model;
    if (chunk !== "" && seq > this.#seq) {
      this.text += chunk;
      this.#seq = seq;
    }
    return !done;
  }
}
