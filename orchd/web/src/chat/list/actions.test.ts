import type { Client, ConversationItem } from "@orchd/client";
import { beforeEach, expect, it, vi } from "vitest";
import { notices } from "$/app/notices.svelte";
import { router } from "$/app/router.svelte";
import { ConversationActions, fileName } from "./actions";

const item = { id: 4, title: "Which green", archived: false, pinned: false, unread: false } as ConversationItem;

beforeEach(() => {
  notices.all = [];
  router.go("/chat/4");
});

function make(conversation: object): ConversationActions {
  return new ConversationActions({ conversation } as unknown as Client);
}

it("deletes the open one, and has it back as it was", async () => {
  const restore = vi.fn().mockResolvedValue({});
  await make({ delete: vi.fn().mockResolvedValue({}), restore }).delete(item);
  expect(router.path).toBe("/chat");
  expect(notices.all[0]?.text).toContain("Which green");
  notices.all[0]?.action?.run();
  await vi.waitFor(() => expect(router.path).toBe("/chat/4"));
  expect(restore).toHaveBeenCalledWith({ conversationId: 4 });
});

it("says what was refused, and goes nowhere", async () => {
  await make({ delete: vi.fn().mockRejectedValue(new Error("not yours")) }).delete(item);
  expect(router.path).toBe("/chat/4");
  expect(notices.all.map(({ kind }) => kind)).toEqual(["failed"]);
});

it("joins the pieces of an export", async () => {
  const stored: Blob[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (blob: Blob) => (stored.push(blob), "blob:1") }));
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  const pages = vi
    .fn()
    .mockResolvedValueOnce({ text: "# Which", nextCursor: "4.1" })
    .mockResolvedValueOnce({ text: " green", nextCursor: null });
  await make({ export: pages }).export(item, "markdown");
  expect(pages.mock.lastCall?.[0]).toEqual({ conversationIds: [4], format: "markdown", cursor: "4.1" });
  expect(stored[0]?.size).toBe("# Which green".length);
  expect((click.mock.contexts[0] as HTMLAnchorElement).download).toBe("Which green.md");
});

it("makes names of files of any title", () => {
  expect(fileName('a/b: "c"?', "md")).toBe("a b c.md");
  expect(fileName("...", "json")).toBe("conversation.json");
  expect(fileName("👍".repeat(100), "md")).toBe(`${"👍".repeat(80)}.md`);
});
