/** What the daemon tells somebody of by itself: how many are unread, and the list, as they come. */

import type { Client, Notification } from "@orchd/client";
import { changesOf, LiveList } from "$/app/live-list.svelte";

const PAGE = 30;

export class Notifications {
  unread = $state(0);
  /** Undefined until somebody looks. */
  list = $state.raw<LiveList<Notification>>();
  readonly #client: Client;
  readonly #leaving = new AbortController();

  constructor(client: Client) {
    this.#client = client;
    void this.#count();
  }

  /** Have the list, and keep it while it is looked at. */
  open(): void {
    this.list ??= new LiveList<Notification>({
      list: (cursor) =>
        this.#client.notification.list({
          order: "id",
          descending: true,
          limit: PAGE,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      subscribe: async (signal) =>
        changesOf(await this.#client.notification.subscribe({}, { signal }), "notificationId"),
      fits: ({ deletedAt }) => deletedAt === null,
      compare: (a, b) => b.id - a.id,
    });
  }

  async read(notification: Notification): Promise<void> {
    if (!notification.read) await this.#tell({ notificationIds: [notification.id] });
  }

  async readAll(): Promise<void> {
    await this.#tell({ all: true });
  }

  close(): void {
    this.#leaving.abort();
    this.list?.close();
  }

  async #tell(which: { notificationIds?: number[]; all?: boolean }): Promise<void> {
    const { unread } = await this.#client.notification.read(which);
    this.unread = unread;
  }

  async #count(): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      const changes = await this.#client.notification.subscribe({}, { signal });
      await this.#ask();
      for await (const _change of changes) await this.#ask();
    } catch {
      // Without a count the bell shows none; the list says why it can't be read.
    }
  }

  async #ask(): Promise<void> {
    const { unread } = await this.#client.notification.unread({});
    this.unread = unread;
  }
}
