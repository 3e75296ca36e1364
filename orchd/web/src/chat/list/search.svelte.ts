/** The search among conversations: their titles, and what is said in them. */

import { excerptParts } from "$/chat/list/excerpt";
import { type HitGroup, hitGroups, SHOWN } from "$/chat/list/hits";
import type { Client, SearchItem } from "@orchd/client";

const PAUSE_MS = 200;
const PAGE = 50;
/** So many pages are read at once where a few conversations fill them. */
const MAX_PAGES = 4;
const ENOUGH_GROUPS = 8;
const MAX_QUERY = 500;

export class ConversationSearch {
  items = $state.raw<SearchItem[]>([]);
  readonly groups: readonly HitGroup[] = $derived(hitGroups(this.items));
  /** The conversations of which all hits are shown. */
  unfolded = $state.raw<ReadonlySet<string>>(new Set());
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
    this.unfolded = new Set();
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

  /** Show all hits of a conversation, or a few again. */
  unfold(key: string): void {
    const unfolded = new Set(this.unfolded);
    if (!unfolded.delete(key)) unfolded.add(key);
    this.unfolded = unfolded;
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
      for (let pages = 0; pages < MAX_PAGES; pages++) {
        await this.#readPage(more || pages > 0, signal);
        if (signal.aborted) return;
        this.failure = undefined;
        if (!this.hasMore || !this.#isCrowded()) break;
      }
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }

  async #readPage(more: boolean, signal: AbortSignal): Promise<void> {
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
  }

  /** Whether few conversations are shown, and one of them has more hits than are. */
  #isCrowded(): boolean {
    return this.groups.length < ENOUGH_GROUPS && this.groups.some(({ items }) => items.length > SHOWN);
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
