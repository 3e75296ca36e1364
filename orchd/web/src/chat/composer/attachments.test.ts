import { type Client, DisconnectedError, type ModelItem, RequestError } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { upload } from "$/app/upload";
import { drafts } from "$/drafts/store.svelte";
import { Attachments, attachmentsOf, MAX_FILES, moveAttachments } from "./attachments.svelte";
import { changeDraft, readDraft } from "./drafts";

vi.mock("$/app/upload", () => ({ upload: vi.fn() }));

const sent = vi.mocked(upload);
const text = vi.fn();
const daemon = { file: { text } } as unknown as Client;
const file = (name: string, type = "text/plain"): File => new File(["content"], name, { type });

beforeEach(() => {
  drafts.open(1);
  for (const name of ["new", "3"]) drafts.keep(`chat.${name}`, undefined);
  sent.mockReset();
  text.mockReset();
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:1", revokeObjectURL: vi.fn() }));
});

describe("attachments", () => {
  it("are sent at once, kept with the draft, and gone once they were asked with", async () => {
    sent.mockImplementation((_address, _content, { progress }) => {
      progress?.(0.5);
      return Promise.resolve({ id: 9, name: "a b.txt", type: "text/plain", size: 7 });
    });
    const attachments = new Attachments(daemon, 3);
    expect(attachments.add([file("a b.txt")])).toBe(true);
    expect(attachments.uploading).toBe(true);
    expect(attachments.all[0]?.share).toBe(0.5);
    await vi.waitFor(() => expect(attachments.uploading).toBe(false));
    expect(sent.mock.calls[0]?.[0]).toBe("/files?name=a%20b.txt");
    const later = new Attachments(daemon, 3);
    expect(later.take().map(({ id }) => id)).toEqual([9]);
    expect([later.all, readDraft(3).files]).toEqual([[], []]);
    later.putBack([{ id: 9, name: "a b.txt", type: "text/plain", size: 7 }]);
    expect(readDraft(3).files).toHaveLength(1);
  });

  it("go on being sent while another conversation is open, and when theirs is begun", async () => {
    let arrive: (stored: unknown) => void = () => undefined;
    sent.mockReturnValue(new Promise((done) => (arrive = done)));
    const client = {} as Client;
    attachmentsOf(client, undefined).add([file("slow.txt")]);
    attachmentsOf(client, 3);
    expect(attachmentsOf(client, undefined).uploading).toBe(true);
    changeDraft(3, { text: "typed" });
    moveAttachments(client, 3);
    arrive({ id: 9, name: "slow.txt", type: "text/plain", size: 7 });
    await vi.waitFor(() => expect(readDraft(3).files).toHaveLength(1));
    expect(readDraft(3).text).toBe("typed");
    expect([attachmentsOf(client, 3).all.length, attachmentsOf(client, undefined).all.length]).toEqual([1, 0]);
  });

  it("are sent again once the daemon is there, or when somebody wants it", async () => {
    const stored = { id: 9, name: "a.txt", type: "text/plain", size: 7 };
    sent.mockRejectedValueOnce(new DisconnectedError("lost")).mockRejectedValueOnce(new Error("no room"));
    const attachments = new Attachments(daemon, undefined);
    attachments.add([file("a.txt"), file("b.txt")]);
    await vi.waitFor(() => expect(attachments.all.every(({ error }) => error !== undefined)).toBe(true));
    sent.mockResolvedValue(stored);
    attachments.resume();
    await vi.waitFor(() => expect(attachments.all[0]?.file).toEqual(stored));
    expect(attachments.all[1]?.error, "that the daemon refused it stands").toBeDefined();
    attachments.retry(attachments.all[1]?.key ?? 0);
    await vi.waitFor(() => expect(readDraft(undefined).files).toHaveLength(2));
  });

  it("show why one could not be sent, and stop when they are removed", async () => {
    let ended: AbortSignal | undefined;
    sent.mockRejectedValueOnce(new Error("no room")).mockImplementationOnce((_address, _content, { signal }) => {
      ended = signal;
      return new Promise(() => undefined);
    });
    const attachments = new Attachments(daemon, undefined);
    attachments.add([file("full.txt"), file("slow.txt")]);
    await vi.waitFor(() => expect(attachments.all[0]?.error).toBeDefined());
    attachments.remove(attachments.all[1]?.key ?? 0);
    expect(ended?.aborted).toBe(true);
    expect(attachments.all.map(({ name }) => name)).toEqual(["full.txt"]);
    expect(attachments.uploading).toBe(false);
  });

  it("tell before a question is sent what its model can't take", async () => {
    const kinds = ["image/png", "application/zip", "text/plain"];
    kinds.forEach((type, index) => sent.mockResolvedValueOnce({ id: index + 1, name: type, type, size: 1 }));
    const attachments = new Attachments(daemon, undefined);
    attachments.add(kinds.map((type) => file(type, type)));
    await vi.waitFor(() => expect(attachments.all.map((each) => each.file?.id)).toEqual([1, 2, 3]));
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

  it("are read where they are PDFs, before they can be sent and when a draft is opened again", async () => {
    const facts = { fileId: 9, bytes: 100, pages: 12, blankPages: 1 };
    let tell: (facts: unknown) => void = () => undefined;
    text.mockReturnValueOnce(new Promise((done) => (tell = done))).mockResolvedValue(facts);
    sent.mockResolvedValue({ id: 9, name: "a", type: "application/pdf", size: 7 });
    const attachments = new Attachments(daemon, 3);
    attachments.add([file("a")]);
    await vi.waitFor(() =>
      expect(text).toHaveBeenCalledWith({ fileId: 9 }, { signal: expect.any(AbortSignal) as AbortSignal }),
    );
    expect([attachments.uploading, attachments.all[0]?.share]).toEqual([true, 1]);
    tell(facts);
    await vi.waitFor(() => expect(attachments.uploading).toBe(false));
    expect(attachments.all[0]?.text).toEqual(facts);
    const later = new Attachments(daemon, 3);
    await vi.waitFor(() => expect(later.all[0]?.text).toEqual(facts));
  });

  it("is not read on once it is left out", () => {
    text.mockReturnValue(new Promise(() => undefined));
    const attachments = new Attachments(daemon, undefined);
    attachments.putBack([{ id: 9, name: "a.pdf", type: "application/pdf", size: 7 }]);
    const [, { signal }] = text.mock.calls[0] as [unknown, { signal: AbortSignal }];
    expect(signal.aborted).toBe(false);
    attachments.remove(attachments.all[0]?.key ?? 0);
    expect(signal.aborted).toBe(true);
  });

  it("say why a PDF can't be read, and are read again where that may help", async () => {
    const refused = (code: string): RequestError =>
      new RequestError({ code, message: "no", retryable: code === "timeout", details: {} });
    text.mockRejectedValueOnce(refused("invalid")).mockRejectedValueOnce(refused("timeout"));
    text.mockRejectedValueOnce(new DisconnectedError("lost")).mockResolvedValue({ pages: 1 });
    sent.mockResolvedValue({ id: 9, name: "a", type: "application/pdf", size: 7 });
    const attachments = new Attachments(daemon, undefined);
    const retried: (boolean | undefined)[] = [];
    attachments.add([file("a")]);
    for (let tries = 0; tries < 3; tries++) {
      await vi.waitFor(() => expect(attachments.all[0]?.error).toBeDefined());
      const [read] = attachments.all;
      retried.push(read && attachments.canRetry(read));
      expect([attachments.uploading, read && attachments.problem(read, [])]).toEqual([false, { error: read?.error }]);
      if (tries === 2) attachments.resume();
      else attachments.retry(read?.key ?? 0);
    }
    await vi.waitFor(() => expect(attachments.all[0]?.text).toEqual({ pages: 1 }));
    expect(retried).toEqual([false, true, true]);
  });

  it("are at most as many as a question may have", () => {
    sent.mockReturnValue(new Promise(() => undefined));
    const attachments = new Attachments(daemon, undefined);
    expect(attachments.add(Array.from({ length: MAX_FILES + 1 }, (_, index) => file(`${index}`)))).toBe(false);
    expect(attachments.all).toHaveLength(MAX_FILES);
  });
});
