import type { ChangeGap } from "@orchd/client";
import { expect, it, vi } from "vitest";
import { type LiveChange, LiveList, type LivePage } from "$/app/live-list.svelte";

interface Row {
  id: number;
  name: string;
}

/** Changes as somebody tells them. */
class Told {
  #all: (LiveChange<Row> | ChangeGap)[] = [];
  #wake: () => void = () => undefined;

  say(...changes: (LiveChange<Row> | ChangeGap)[]): void {
    this.#all.push(...changes);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveChange<Row> | ChangeGap> {
    for (;;) {
      const next = this.#all.shift();
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function row(id: number, name = `row ${id}`): Row {
  return { id, name };
}

function made(...pages: LivePage<Row>[]) {
  const told = new Told();
  const live = new LiveList<Row>({
    list: async () => pages.shift() ?? { items: [], nextCursor: null },
    subscribe: async () => told,
    fits: ({ name }) => name !== "away",
    compare: (a, b) => a.id - b.id,
  });
  return { told, live, ids: () => live.items.map(({ id }) => id) };
}

it("is read page by page, and then kept as it is told", async () => {
  const { told, live, ids } = made(
    { items: [row(1), row(4)], nextCursor: "b" },
    { items: [row(4), row(6)], nextCursor: null },
  );
  await vi.waitFor(() => expect(ids()).toEqual([1, 4]));
  told.say({ change: "created", item: row(3), id: 3 }, { change: "created", item: row(5), id: 5 });
  await vi.waitFor(() => expect(ids()).toEqual([1, 3, 4])); // 5 belongs to the next page
  await live.loadMore();
  expect([ids(), live.hasMore]).toEqual([[1, 3, 4, 6], false]);
  told.say(
    { change: "deleted", item: null, id: 1 },
    { change: "updated", item: row(4, "away"), id: 4 },
    { change: "created", item: row(9), id: 9 },
  );
  await vi.waitFor(() => expect(ids()).toEqual([3, 6, 9]));
});

it("is read again where changes are missing", async () => {
  const { told, ids } = made({ items: [row(1)], nextCursor: null }, { items: [row(2)], nextCursor: null });
  await vi.waitFor(() => expect(ids()).toEqual([1]));
  told.say({ type: "client:gap" });
  await vi.waitFor(() => expect(ids()).toEqual([2]));
});

it("is followed again by another try, where that had failed", async () => {
  const told = new Told();
  const refused = new Error("not now");
  const subscribe = vi.fn(async () => told).mockRejectedValueOnce(refused);
  const live = new LiveList<Row>({
    list: async () => ({ items: [row(1)], nextCursor: null }),
    subscribe,
    fits: () => true,
    compare: (a, b) => a.id - b.id,
  });
  await vi.waitFor(() => expect(live.failure).toBe(refused));
  await live.reload();
  await vi.waitFor(() => expect(live.items).toEqual([row(1)]));
  expect(live.failure).toBeUndefined();
  told.say({ change: "created", item: row(2), id: 2 });
  await vi.waitFor(() => expect(live.items).toEqual([row(1), row(2)]));
  await live.reload();
  expect(subscribe).toHaveBeenCalledTimes(2);
});
