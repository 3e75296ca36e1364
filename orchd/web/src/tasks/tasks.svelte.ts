/** The tasks that one sees, and those that a search finds. */

import type { Client, SearchItem, TaskListItem, TaskPriority, TaskState } from "@orchd/client";
import { changesOf, LiveList } from "$/app/live-list.svelte";

const PAGE = 50;
/** Somebody who types is not answered at each letter. */
const PAUSE_MS = 250;

/** Which tasks are listed; what is left out does not matter. */
export interface TaskFilter {
  readonly status?: TaskState | undefined;
  readonly priority?: TaskPriority | undefined;
  /** Those that were deleted and can be restored, in place of the others. */
  readonly deleted: boolean;
}

export function listTasks(client: Client, { status, priority, deleted }: TaskFilter): LiveList<TaskListItem> {
  const wanted = {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    deleted,
    limit: PAGE,
  };
  return new LiveList<TaskListItem>({
    list: (cursor) => client.task.list({ ...wanted, ...(cursor === undefined ? {} : { cursor }) }),
    subscribe: async (signal) => changesOf(await client.task.list.subscribe({}, { signal }), "taskId"),
    fits: (item) =>
      (item.deletedAt !== null) === deleted &&
      (status === undefined || item.status === status) &&
      (priority === undefined || item.priority === priority),
    compare: (a, b) => b.updatedAt.localeCompare(a.updatedAt) || b.id - a.id,
  });
}

/** What is found by words, a while after the last of them was typed. */
export class TaskSearch {
  /** Undefined while nothing is searched for. */
  found = $state.raw<SearchItem[]>();
  failure = $state.raw<unknown>();
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  search(query: string): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    if (query.trim() === "") {
      this.found = undefined;
      this.failure = undefined;
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(query), PAUSE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  async #ask(query: string): Promise<void> {
    const asked = this.#asked;
    try {
      const { items } = await this.#client.search({ query, kinds: ["task"], limit: 50 });
      if (asked === this.#asked) this.found = items;
    } catch (error) {
      if (asked === this.#asked) this.failure = error;
    }
  }
}
