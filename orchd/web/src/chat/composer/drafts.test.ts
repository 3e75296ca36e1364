import { beforeEach, expect, it, vi } from "vitest";
import { keepDraft, keepDraftFiles, readDraft, readDraftFiles } from "./drafts";

beforeEach(() => localStorage.clear());

it("keeps a text and files for each conversation, and for a new one", () => {
  const file = { id: 4, name: "cat.png", type: "image/png", size: 12 };
  keepDraft(undefined, "new");
  keepDraft(3, "three");
  keepDraftFiles(3, [file]);
  expect([readDraft(undefined), readDraft(3), readDraft(4)]).toEqual(["new", "three", ""]);
  expect([readDraftFiles(3), readDraftFiles(undefined)]).toEqual([[file], []]);
  keepDraft(3, "");
  keepDraftFiles(3, []);
  expect(localStorage.length).toBe(1);
});

it("bears what others have written there, and a storage that is full", () => {
  for (const text of ["{", '"x"', '[1, null, {"id": "a"}]']) {
    localStorage.setItem("orchd.draft.new.files", text);
    expect(readDraftFiles(undefined)).toEqual([]);
  }
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(() => keepDraft(undefined, "text")).not.toThrow();
});

it("leaves what stands there as it is when a text is too long to be kept", () => {
  keepDraft(1, "short");
  keepDraft(1, "x".repeat(200_001));
  expect(readDraft(1)).toBe("short");
});
