import { beforeEach, expect, it } from "vitest";
import { drafts } from "$/drafts/store.svelte";
import { addUnsent, changeDraft, dropUnsent, readDraft } from "./drafts";

const FILE = { id: 4, name: "cat.png", type: "image/png", size: 12 };

beforeEach(() => {
  drafts.open(1);
  for (const name of ["new", "3", "4"]) drafts.keep(`chat.${name}`, undefined);
});

it("keeps text and files for each conversation, and for a new one", () => {
  changeDraft(undefined, { text: "new" });
  changeDraft(3, { text: "three" });
  changeDraft(3, { files: [FILE] });
  expect([undefined, 3, 4].map((id) => readDraft(id).text)).toEqual(["new", "three", ""]);
  expect([readDraft(3).files, readDraft(undefined).files]).toEqual([[FILE], []]);
  changeDraft(3, { text: "", files: [] });
  expect(drafts.read("chat.3")).toBeUndefined();
});

it("keeps beside the text what was sent and has not arrived", () => {
  const template = { name: "Letter", more: { systemPrompt: "Be kind." } };
  addUnsent(3, { key: "a", text: "first", files: [FILE], template });
  addUnsent(3, { key: "b", text: "second", files: [] });
  changeDraft(3, { text: "third" });
  dropUnsent(3, "b");
  expect(readDraft(3)).toEqual({
    text: "third",
    files: [],
    unsent: [{ key: "a", text: "first", files: [FILE], template }],
  });
  dropUnsent(3, "a");
  expect(readDraft(3).unsent).toEqual([]);
});

it("bears what others have written there", () => {
  for (const kept of ["x", [1], { text: 1, files: [1, null, { id: "a" }], unsent: [null, 2], template: "x" }]) {
    drafts.keep("chat.new", kept);
    expect(readDraft(undefined)).toEqual({ text: "", files: [], unsent: [] });
  }
});
