import type { Client, ConversationItem, ProjectItem } from "@orchd/client";
import { expect, it, vi } from "vitest";
import {
  compareConversations,
  ConversationShelf,
  fitsFilter,
  fitsWords,
  mayChange,
  type ShelfFilter,
} from "./shelf.svelte";

const item = (id: number, more: Partial<ConversationItem> = {}): ConversationItem =>
  ({
    id,
    title: `c${id}`,
    pinned: false,
    archived: false,
    folder: "",
    tags: [],
    projectId: null,
    deletedAt: null,
    updatedAt: `2026-11-29T00:00:${String(id).padStart(2, "0")}Z`,
    ...more,
  }) as ConversationItem;

it("finds titles by parts of words, without case and accents", () => {
  expect(fitsWords("Férias em Lisboa", " lisb FERIAS ")).toBe(true);
  expect(fitsWords("Férias em Lisboa", "ferias porto")).toBe(false);
  expect(fitsWords("Anything", "")).toBe(true);
});

it("knows who may change a conversation, as far as that is known", () => {
  const projects = [
    { id: 7, role: "viewer" },
    { id: 8, role: "editor" },
  ] as unknown as ProjectItem[];
  const may = (userId: number, projectId: number | null, role = "member"): boolean =>
    mayChange(item(1, { userId, projectId }), { userId: 2, user: "ann", role }, projects);
  expect([may(2, 7), may(3, 7), may(3, 8), may(2, null), may(2, null, "viewer")]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});

it("shows what fits: archived ones apart, the others by folder, tag and project", () => {
  const rows = [
    item(1, { folder: "House", tags: ["paint"] }),
    item(2, { projectId: 7 }),
    item(3, { archived: true, folder: "House" }),
    item(4, { deletedAt: "2026-11-29T00:00:00Z" }),
  ];
  const fitting = (filter: ShelfFilter): number[] => rows.filter((row) => fitsFilter(row, filter)).map(({ id }) => id);
  expect(fitting({ kind: "all" })).toEqual([1, 2]);
  expect(fitting({ kind: "archived" })).toEqual([3]);
  expect(fitting({ kind: "deleted" })).toEqual([4]);
  expect(fitting({ kind: "folder", name: "House" })).toEqual([1]);
  expect(fitting({ kind: "tag", name: "paint" })).toEqual([1]);
  expect(fitting({ kind: "project", id: 7 })).toEqual([2]);
});

it("has pinned ones first, then those used last", () => {
  const rows = [item(1), item(3), item(2, { pinned: true })].sort(compareConversations);
  expect(rows.map(({ id }) => id)).toEqual([2, 3, 1]);
});

it("follows changes, tells whoever watches one, and asks for what is chosen", async () => {
  let push: (event: object) => void = () => undefined;
  const events = async function* () {
    for (;;) yield await new Promise<object>((resolve) => (push = resolve));
  };
  const list = vi.fn((_asked: object) => Promise.resolve({ items: [item(1)], nextCursor: null }));
  const client = { conversation: { list, subscribe: () => Promise.resolve(events()) } } as unknown as Client;
  const shelf = new ConversationShelf(client);
  await vi.waitFor(() => expect(shelf.list.items).toHaveLength(1));
  const seen: (string | undefined)[] = [];
  const unwatch = shelf.watch(2, (row) => seen.push(row?.title));
  push({ type: "conversation:changed", data: { change: "created", conversationId: 2, item: item(2) } });
  await vi.waitFor(() => expect(shelf.list.items.map(({ id }) => id)).toEqual([2, 1]));
  push({ type: "conversation:changed", data: { change: "deleted", conversationId: 2, item: null } });
  await vi.waitFor(() => expect(shelf.list.items).toHaveLength(1));
  expect(seen).toEqual(["c2", undefined]);
  unwatch();
  shelf.choose({ kind: "tag", name: "paint" });
  await vi.waitFor(() => expect(list.mock.lastCall?.[0]).toMatchObject({ archived: false, tag: "paint" }));
});
