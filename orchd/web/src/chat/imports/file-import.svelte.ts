/** One file of conversations on its way into the daemon, and what became of each of them. */

import type { Client, ConversationImportItem, ConversationImportLine } from "@orchd/client";
import { upload } from "$/app/upload";

const PAGE = 50;

export class FileImport {
  /** How much of the file is sent, from 0 to 1; undefined while nothing is sent. */
  share = $state<number>();
  /** How it stands, as the daemon tells it. */
  item = $state.raw<ConversationImportItem>();
  /** What was not imported, as far as it was read. */
  lines = $state.raw<ConversationImportLine[]>([]);
  hasMore = $state(false);
  failure = $state.raw<unknown>();
  /** Whether it was stopped here. */
  stopped = $state(false);
  readonly #client: Client;
  #leaving = new AbortController();
  #cursor: number | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  get running(): boolean {
    return this.share !== undefined;
  }

  /** Send a file, and tell what becomes of it. */
  async start(file: File, projectId: number | undefined): Promise<void> {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.share = 0;
    this.item = undefined;
    this.lines = [];
    this.hasMore = false;
    this.failure = undefined;
    this.stopped = false;
    void this.#follow(signal);
    const project = projectId === undefined ? "" : `&projectId=${projectId}`;
    const address = `/conversations/import?name=${encodeURIComponent([...file.name].slice(0, 200).join(""))}${project}`;
    try {
      this.item = await upload<ConversationImportItem>(address, file, {
        type: "application/json",
        signal,
        progress: (share) => (this.share = share),
      });
      await this.#report(undefined);
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    } finally {
      this.#leaving.abort();
      this.share = undefined;
    }
  }

  /** Send no more of it; what was imported until then stays. */
  stop(): void {
    this.stopped = this.running;
    this.#leaving.abort();
  }

  async loadMore(): Promise<void> {
    try {
      if (this.hasMore && this.#cursor !== null) await this.#report(this.#cursor);
    } catch (error) {
      this.failure = error;
    }
  }

  /** Hear how far it has come. */
  async #follow(signal: AbortSignal): Promise<void> {
    try {
      for await (const event of await this.#client.conversation.import.subscribe({}, { signal })) {
        if (event.type === "client:gap" || event.data.item === null) continue;
        const { change, item } = event.data;
        const ours = this.item === undefined ? change === "created" : item.id === this.item.id;
        // What is told may be older than the answer to the file.
        if (ours && this.running && item.version > (this.item?.version ?? 0)) this.item = item;
      }
    } catch {
      // The answer to the file itself says what became of it.
    }
  }

  async #report(cursor: number | undefined): Promise<void> {
    if (this.item === undefined) return;
    const page = await this.#client.conversation.import.report({
      conversationImportId: this.item.id,
      outcome: "failed",
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    this.lines = cursor === undefined ? page.items : [...this.lines, ...page.items];
    this.#cursor = page.nextCursor;
    this.hasMore = page.nextCursor !== null;
  }
}
