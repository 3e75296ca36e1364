/** One task as the page shows it, kept in step with the daemon: its parts, open questions, and texts as they are made. */

import {
  type Client,
  NotFoundError,
  type SubtaskItem,
  type TaskApproval,
  type TaskItem,
  type TaskSubscribeEvent,
} from "@orchd/client";
import { SvelteMap } from "svelte/reactivity";
import { StepText } from "$/tasks/steps/step-text.svelte";

/** Where the text of the task's own steps (its plan, the joined text) stands among those of its parts. */
export const OWN_TEXT = 0;

export class OpenTask {
  readonly id: number;
  task = $state.raw<TaskItem>();
  subtasks = $state.raw<SubtaskItem[]>([]);
  /** What a person is asked and has not answered. */
  questions = $state.raw<TaskApproval[]>([]);
  /** The text of each step that runs, by the subtask's id. */
  readonly texts = new SvelteMap<number, StepText>();
  failure = $state.raw<unknown>();
  /** Whether it was deleted, or may not be seen any more. */
  gone = $state(false);
  readonly #client: Client;
  readonly #leaving = new AbortController();

  constructor(client: Client, id: number) {
    this.#client = client;
    this.id = id;
    void this.#follow();
  }

  /** Read it again after it could not be followed, or was gone. */
  async reload(): Promise<void> {
    this.failure = undefined;
    this.gone = false;
    await this.#follow();
  }

  close(): void {
    this.#leaving.abort();
  }

  async #follow(): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      // A `task:update` with the present state, and all open questions, come first.
      const events = await this.#client.task.subscribe({ taskId: this.id, streaming: true }, { signal });
      for await (const event of events) {
        // What was told before may not be so any more; the present state follows anew.
        if (event.type === "client:gap") this.#forget();
        else this.#take(event);
        if (this.gone) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof NotFoundError) this.gone = true;
      else this.failure = error;
    }
  }

  #take(event: TaskSubscribeEvent): void {
    if (event.type === "task:update") {
      this.task = event.data.task;
      this.subtasks = event.data.subtasks;
      this.#tidy();
    } else if (event.type === "task:approval") {
      const question = event.data;
      const others = this.questions.filter(({ approvalId }) => approvalId !== question.approvalId);
      this.questions = question.status === "open" ? [...others, question] : others;
    } else if (event.type === "task:streaming") {
      const place = event.data.subtaskId ?? OWN_TEXT;
      const text = this.texts.get(place) ?? new StepText();
      if (text.take(event.data)) this.texts.set(place, text);
      else this.texts.delete(place);
    } else {
      this.gone = true;
    }
  }

  /** What has ended has its result, and no text that is made. */
  #tidy(): void {
    for (const { id, status } of this.subtasks) {
      if (status !== "executing" && status !== "validating") this.texts.delete(id);
    }
    const status = this.task?.status;
    if (status !== "planning" && status !== "consolidating") this.texts.delete(OWN_TEXT);
  }

  #forget(): void {
    this.questions = [];
    this.texts.clear();
  }
}
