import type { ModelItem } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { upload } from "$/app/upload";
import { Attachments, MAX_FILES } from "./attachments.svelte";
import { readDraftFiles } from "./drafts";

vi.mock("$/app/upload", () => ({ upload: vi.fn() }));

const sent = vi.mocked(upload);
const file = (name: string, type = "text/plain"): File => new File(["content"], name, { type });

beforeEach(() => {
  localStorage.clear();
  sent.mockReset();
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:1", revokeObjectURL: vi.fn() }));
});

describe("attachments", () => {
  it("are sent at once, kept with the draft, and gone once they were asked with", async () => {
    sent.mockImplementation((_address, _content, { progress }) => {
      progress?.(0.5);
      return Promise.resolve({ id: 9, name: "a b.txt", type: "text/plain", size: 7 });
    });
    const attachments = new Attachments();
    attachments.open(3);
    expect(attachments.add([file("a b.txt")])).toBe(true);
    expect(attachments.uploading).toBe(true);
    expect(attachments.all[0]?.share).toBe(0.5);
    await vi.waitFor(() => expect(attachments.ids).toEqual([9]));
    expect(sent.mock.calls[0]?.[0]).toBe("/files?name=a%20b.txt");
    const later = new Attachments();
    later.open(3);
    expect(later.ids).toEqual([9]);
    later.clear();
    expect(readDraftFiles(3)).toEqual([]);
  });

  it("show why one could not be sent, and stop when they are removed", async () => {
    let ended: AbortSignal | undefined;
    sent.mockRejectedValueOnce(new Error("no room")).mockImplementationOnce((_address, _content, { signal }) => {
      ended = signal;
      return new Promise(() => undefined);
    });
    const attachments = new Attachments();
    attachments.add([file("full.txt"), file("slow.txt")]);
    await vi.waitFor(() => expect(attachments.all[0]?.error).toBeDefined());
    attachments.remove(attachments.all[1]?.key ?? 0);
    expect(ended?.aborted).toBe(true);
    expect(attachments.all.map(({ name }) => name)).toEqual(["full.txt"]);
    expect(attachments.uploading).toBe(false);
  });

  it("tell before a question is sent what its model can't take", async () => {
    const kinds = ["image/png", "application/pdf", "text/plain"];
    kinds.forEach((type, index) => sent.mockResolvedValueOnce({ id: index + 1, name: type, type, size: 1 }));
    const attachments = new Attachments();
    attachments.add(kinds.map((type) => file(type, type)));
    await vi.waitFor(() => expect(attachments.ids).toEqual([1, 2, 3]));
    const problems = (...sees: (boolean | null)[]): unknown[] => {
      const models = sees.map((each, index) => ({ name: `m${index}`, sees: each }) as ModelItem);
      return attachments.all.map((each) => attachments.problem(each, models));
    };
    expect(problems(false)).toEqual([{ blind: "m0" }, "no_text", undefined]);
    expect(problems(true, false)[0], "of two that are asked").toEqual({ blind: "m1" });
    expect(problems(true)).toEqual([undefined, "no_text", undefined]);
    expect(problems(null)[0]).toBeUndefined();
    expect(problems()[0]).toBeUndefined();
    attachments.blame(2, "too large");
    expect(problems()[2]).toEqual({ error: "too large" });
  });

  it("are at most as many as a question may have", () => {
    sent.mockReturnValue(new Promise(() => undefined));
    const attachments = new Attachments();
    expect(attachments.add(Array.from({ length: MAX_FILES + 1 }, (_, index) => file(`${index}`)))).toBe(false);
    expect(attachments.all).toHaveLength(MAX_FILES);
  });
});
