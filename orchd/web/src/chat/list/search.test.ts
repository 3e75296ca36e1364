import type { Client, SearchItem } from "@orchd/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConversationSearch, foundAddress } from "./search.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const places = [
  { start: 4, end: 8 },
  { start: 11, end: 16 },
];
const found = (id: number): SearchItem =>
  ({ kind: "message", id, conversationId: 3, excerpt: "A **Tall** tower", places }) as SearchItem;

it("asks once somebody has stopped typing, and shows the last search only", async () => {
  const asked: string[] = [];
  let answerFirst: (page: object) => void = () => undefined;
  const search = vi.fn(({ query }: { query: string }) => {
    asked.push(query);
    if (asked.length === 1) return new Promise((resolve) => (answerFirst = resolve));
    return Promise.resolve({ items: [found(2)], nextCursor: null });
  });
  const shown = new ConversationSearch({ search } as unknown as Client);
  shown.type("t");
  shown.type(" tall ");
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual(["tall"]);
  shown.type("tower");
  await vi.advanceTimersByTimeAsync(1000);
  answerFirst({ items: [found(1)], nextCursor: null });
  await vi.advanceTimersByTimeAsync(0);
  expect(shown.items.map(({ id }) => id)).toEqual([2]);
  expect(shown.loading).toBe(false);
  shown.type("");
  expect([shown.items, shown.query, shown.loading]).toEqual([[], "", false]);
});

it("goes on page by page, and says why it can't", async () => {
  const search = vi
    .fn()
    .mockResolvedValueOnce({ items: [found(1)], nextCursor: "20" })
    .mockRejectedValueOnce(new Error("away"))
    .mockResolvedValueOnce({ items: [found(2)], nextCursor: null });
  const shown = new ConversationSearch({ search } as unknown as Client);
  shown.type("a");
  await vi.advanceTimersByTimeAsync(1000);
  await shown.loadMore();
  expect(shown.failure).toBeInstanceOf(Error);
  await shown.loadMore();
  expect(search.mock.lastCall?.[0]).toMatchObject({ cursor: "20" });
  expect(shown.items.map(({ id }) => id)).toEqual([1, 2]);
  await shown.loadMore();
  expect(search).toHaveBeenCalledTimes(3);
});

it("reads on while one conversation fills the list", async () => {
  const crowd = Array.from({ length: 50 }, (_, id) => found(id));
  const search = vi
    .fn()
    .mockResolvedValueOnce({ items: crowd, nextCursor: "1" })
    .mockResolvedValueOnce({ items: [{ ...found(99), conversationId: 4 }], nextCursor: null });
  const shown = new ConversationSearch({ search } as unknown as Client);
  shown.type("a");
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown.groups.map(({ items }) => items.length)).toEqual([50, 1]);
  shown.unfold("3");
  expect([...shown.unfolded]).toEqual(["3"]);
  shown.unfold("3");
  expect([...shown.unfolded]).toEqual([]);
});

it("leads to the message, or to the conversation", () => {
  expect(foundAddress(found(9))).toBe("/chat/3?message=9&find=tall&find=tower");
  expect(foundAddress({ kind: "conversation", id: 3, conversationId: 3 } as SearchItem)).toBe("/chat/3");
});
