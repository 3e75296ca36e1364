/** A list of stored things that stays as the daemon has it: pages of it, and each change since. */

import type { ChangeGap } from "@orchd/client";

export interface LivePage<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** A change as entities tell it: the row as it is by now, null when it isn't there any more. */
export interface LiveChange<Item> {
  readonly change: string;
  readonly item: Item | null;
  /** The id stands under a name of its own in each. */
  readonly id: number | null;
}

export interface LiveSource<Item> {
  list(cursor: string | undefined): Promise<LivePage<Item>>;
  subscribe(signal: AbortSignal): Promise<AsyncIterable<LiveChange<Item> | ChangeGap>>;
  /** Whether a row belongs to what is listed. */
  fits(item: Item): boolean;
  /** Negative when `a` comes before `b`. */
  compare(a: Item, b: Item): number;
}

export class LiveList<Item extends { readonly id: number }> {
  items = $state.raw<Item[]>([]);
  hasMore = $state(false);
  loading = $state(true);
  failure = $state.raw<unknown>();
  readonly #source: LiveSource<Item>;
  readonly #leaving = new AbortController();
  #cursor: string | undefined;
  #following = false;
  /** Counts readings: what a reading brings is void once another has begun. */
  #reading = 0;

  constructor(source: LiveSource<Item>) {
    this.#source = source;
    void this.#follow();
  }

  /** Read the next page of it. */
  async loadMore(): Promise<void> {
    if (!this.hasMore || this.loading) return;
    await this.#read(this.#cursor);
  }

  /** Read it anew, from its beginning; and follow it again where that had failed. */
  async reload(): Promise<void> {
    if (this.#following) await this.#read(undefined);
    else void this.#follow();
  }

  close(): void {
    this.#leaving.abort();
  }

  async #follow(): Promise<void> {
    const signal = this.#leaving.signal;
    this.#following = true;
    try {
      const changes = await this.#source.subscribe(signal);
      await this.#read(undefined);
      for await (const change of changes) {
        if ("type" in change) await this.#read(undefined);
        else this.#take(change);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.failure = error;
      this.loading = false;
    } finally {
      this.#following = false;
    }
  }

  async #read(cursor: string | undefined): Promise<void> {
    const reading = ++this.#reading;
    this.loading = true;
    try {
      const page = await this.#source.list(cursor);
      if (reading !== this.#reading || this.#leaving.signal.aborted) return;
      const before = cursor === undefined ? [] : this.items;
      const known = new Set(before.map(({ id }) => id));
      this.items = [...before, ...page.items.filter(({ id }) => !known.has(id))];
      this.#cursor = page.nextCursor ?? undefined;
      this.hasMore = page.nextCursor !== null;
      this.failure = undefined;
    } catch (error) {
      if (reading === this.#reading) this.failure = error;
    } finally {
      if (reading === this.#reading) this.loading = false;
    }
  }

  #take({ change, item, id }: LiveChange<Item>): void {
    if (change === "reset") {
      void this.#read(undefined);
      return;
    }
    const others = this.items.filter((each) => each.id !== (item?.id ?? id));
    if (item === null || change === "deleted" || !this.#source.fits(item)) {
      this.items = others;
      return;
    }
    const place = others.findIndex((each) => this.#source.compare(item, each) < 0);
    // What comes after all that was read belongs to a later page.
    if (place < 0 && this.hasMore) this.items = others;
    else this.items = place < 0 ? [...others, item] : [...others.slice(0, place), item, ...others.slice(place)];
  }
}

/** Turn the frames of an entity's subscription into changes; `key` names the member that has the id. */
export async function* changesOf<Item>(
  events: AsyncIterable<{ type: string; data?: unknown }>,
  key: string,
): AsyncGenerator<LiveChange<Item> | ChangeGap> {
  for await (const { type, data } of events) {
    if (type === "client:gap") {
      yield { type };
    } else {
      const { change, item, [key]: id } = data as Record<string, unknown> & { change: string; item: Item | null };
      yield { change, item, id: typeof id === "number" ? id : null };
    }
  }
}
