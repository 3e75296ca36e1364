/** The tasks that one waits for: what they are called, and which others it may wait for. */

import type { Client, TaskItem } from "@orchd/client";
import { TaskSearch } from "$/tasks/tasks.svelte";

/** So many are offered before anything is typed. */
const OFFERED = 8;

export interface OtherTask {
  readonly id: number;
  readonly title: string;
}

export class Dependencies {
  readonly #client: Client;
  readonly #search: TaskSearch;
  #titles = $state.raw<ReadonlyMap<number, string>>(new Map());
  #latest = $state.raw<readonly OtherTask[]>([]);
  readonly #asked = new Set<number>();

  constructor(client: Client) {
    this.#client = client;
    this.#search = new TaskSearch(client);
  }

  /** What a task is called; undefined where that isn't known, or not for oneself. */
  titleOf(taskId: number): string | undefined {
    if (!this.#asked.has(taskId)) {
      this.#asked.add(taskId);
      queueMicrotask(() => void this.#readTitle(taskId).catch(() => undefined));
    }
    return this.#titles.get(taskId);
  }

  get failure(): unknown {
    return this.#search.failure;
  }

  /** Which tasks a task may wait for by what was typed last; before that, those that have changed last. */
  offeredTo({ id, dependsOn }: TaskItem): readonly OtherTask[] {
    const all = this.#search.found ?? this.#latest;
    return all.filter((other) => other.id !== id && !dependsOn.includes(other.id)).slice(0, OFFERED);
  }

  search(words: string): void {
    this.#search.search(words);
  }

  /** Read the tasks that are offered before anything is typed. */
  async begin(): Promise<void> {
    const { items } = await this.#client.task.list({ limit: 2 * OFFERED });
    this.#latest = items;
  }

  async add(task: TaskItem, other: OtherTask): Promise<void> {
    await this.#client.task.dependency.add({ taskId: task.id, dependsOn: other.id });
    this.#name(other.id, other.title);
    this.#search.search("");
  }

  async remove(task: TaskItem, dependsOn: number): Promise<void> {
    await this.#client.task.dependency.remove({ taskId: task.id, dependsOn });
  }

  close(): void {
    this.#search.close();
  }

  async #readTitle(taskId: number): Promise<void> {
    const { task } = await this.#client.task.get({ taskId });
    this.#name(taskId, task.title);
  }

  #name(taskId: number, title: string): void {
    this.#titles = new Map(this.#titles).set(taskId, title);
  }
}
