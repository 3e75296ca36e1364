/** The log of one task: pages of it, and each line that comes. */

import type { Client, ExecutionLogItem } from "@orchd/client";

const PAGE = 50;

export class LogLines {
  /** The latest first. */
  lines = $state.raw<ExecutionLogItem[]>([]);
  hasMore = $state(false);
  loading = $state(true);
  failure = $state.raw<unknown>();
  readonly #client: Client;
  readonly #taskId: number;
  readonly #leaving = new AbortController();
  #cursor: string | undefined;

  constructor(client: Client, taskId: number) {
    this.#client = client;
    this.#taskId = taskId;
    void this.#follow();
  }

  async loadMore(): Promise<void> {
    if (!this.loading && this.hasMore) await this.#read(this.#cursor);
  }

  async reload(): Promise<void> {
    await this.#follow();
  }

  close(): void {
    this.#leaving.abort();
  }

  async #follow(): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      const changes = await this.#client.executionLog.subscribe({ taskId: this.#taskId }, { signal });
      await this.#read(undefined);
      for await (const change of changes) {
        if (change.type === "client:gap" || change.data.change === "reset") await this.#read(undefined);
        else if (change.data.item !== null) this.#put(change.data.item);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.failure = error;
      this.loading = false;
    }
  }

  async #read(cursor: string | undefined): Promise<void> {
    this.loading = true;
    try {
      const page = await this.#client.executionLog.list({
        taskId: this.#taskId,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const before = cursor === undefined ? [] : this.lines;
      const known = new Set(before.map(({ id }) => id));
      this.lines = [...before, ...page.items.filter(({ id }) => !known.has(id))];
      this.#cursor = page.nextCursor ?? undefined;
      this.hasMore = page.nextCursor !== null;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loading = false;
    }
  }

  #put(line: ExecutionLogItem): void {
    if (!this.lines.some(({ id }) => id === line.id)) this.lines = [line, ...this.lines];
  }
}
