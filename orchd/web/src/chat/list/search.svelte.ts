/** The search among conversations: their titles, and what is said in them. */

import { excerptParts } from "$/chat/list/excerpt";
import type { Client, SearchItem } from "@orchd/client";

const PAUSE_MS = 200;
const PAGE = 20;
const MAX_QUERY = 500;

export class ConversationSearch {
  items = $state.raw<SearchItem[]>([]);
  hasMore = $state(false);
  loading = $state(false);
  failure = $state.raw<unknown>();
  /** What the items fit; empty while nothing is searched. */
  query = $state("");
  readonly #client: Client;
  #cursor: string | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #leaving = new AbortController();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Search for what is typed, once nothing more is typed for a moment. */
  type(text: string): void {
    clearTimeout(this.#pause);
    this.#leaving.abort();
    this.query = [...text.trim()].slice(0, MAX_QUERY).join("");
    this.#cursor = undefined;
    this.failure = undefined;
    this.loading = this.query !== "";
    if (this.query === "") {
      this.items = [];
      this.hasMore = false;
    } else {
      this.#pause = setTimeout(() => void this.#read(false), PAUSE_MS);
    }
  }

  async loadMore(): Promise<void> {
    if (this.hasMore && !this.loading) await this.#read(true);
  }

  async retry(): Promise<void> {
    await this.#read(false);
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#leaving.abort();
  }

  async #read(more: boolean): Promise<void> {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.loading = true;
    try {
      const page = await this.#client.search(
        {
          query: this.query,
          kinds: ["message", "conversation"],
          limit: PAGE,
          ...(more && this.#cursor !== undefined ? { cursor: this.#cursor } : {}),
        },
        { signal },
      );
      if (signal.aborted) return;
      this.items = more ? [...this.items, ...page.items] : page.items;
      this.#cursor = page.nextCursor ?? undefined;
      this.hasMore = page.nextCursor !== null;
      this.failure = undefined;
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }
}

/** Where a row that was found is shown: a message with the words that are marked in its excerpt. */
export function foundAddress({ kind, id, conversationId, excerpt, places }: SearchItem): string {
  if (kind !== "message") return `/chat/${conversationId ?? id}`;
  const marked = excerptParts(excerpt, places).filter(({ found }) => found);
  const words = new Set(marked.map(({ text }) => text.toLowerCase()));
  const query = new URLSearchParams([["message", String(id)], ...[...words].map((word) => ["find", word])]);
  return `/chat/${conversationId ?? ""}?${query}`;
}
