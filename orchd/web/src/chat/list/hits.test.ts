import type { SearchItem } from "@orchd/client";
import { expect, it } from "vitest";
import { fewOfEach, hitGroups } from "./hits";

const hit = (id: number, conversationId: number | null): SearchItem =>
  ({ kind: "message", id, conversationId }) as SearchItem;

it("puts hits of a conversation together, where the best of them stands", () => {
  const groups = hitGroups([hit(1, 7), hit(2, 8), hit(3, 7), hit(4, null), hit(5, null)]);
  expect(groups.map(({ items }) => items.map(({ id }) => id))).toEqual([[1, 3], [2], [4], [5]]);
});

it("shows a few of each", () => {
  const many = [1, 2, 3, 4, 5].map((id) => hit(id, 7));
  expect(fewOfEach([...many, hit(6, 8)]).map(({ id }) => id)).toEqual([1, 2, 3, 6]);
});
