import type { Client } from "@orchd/client";
import { beforeEach, expect, it, vi } from "vitest";
import { upload } from "$/app/upload";
import { FileImport } from "./file-import.svelte";

vi.mock("$/app/upload", () => ({ upload: vi.fn() }));

const sent = vi.mocked(upload);
const FILE = new File(["[]"], "old chats.json");

beforeEach(() => {
  sent.mockReset(); // what is returned here would be called after the test
});

function client(report: object, events: object[] = []): Client {
  const subscribe = async () =>
    (async function* () {
      yield* events;
      await new Promise(() => undefined);
    })();
  return { conversation: { import: { subscribe, report } } } as unknown as Client;
}

it("sends a file, follows it, and reads what was not imported page by page", async () => {
  let end: (item: object) => void = () => undefined;
  sent.mockImplementation((_address, _file, { progress }) => {
    progress?.(0.5);
    return new Promise<never>((resolve) => (end = resolve as typeof end));
  });
  const report = vi
    .fn()
    .mockResolvedValueOnce({ items: [{ place: 1 }], nextCursor: 5 })
    .mockResolvedValueOnce({ items: [{ place: 9 }], nextCursor: null });
  const running = { id: 2, version: 1, status: "running", imported: 3 };
  const others = { id: 1, version: 9, status: "running", imported: 99 };
  const made = new FileImport(
    client(report, [
      { type: "conversation:import:changed", data: { change: "created", item: running } },
      { type: "conversation:import:changed", data: { change: "updated", item: others } },
    ]),
  );
  const ended = made.start(FILE, 4);
  await vi.waitFor(() => expect(made.item?.imported).toBe(3));
  expect([made.running, made.share]).toEqual([true, 0.5]);
  expect(sent.mock.calls[0]?.[0]).toBe("/conversations/import?name=old%20chats.json&projectId=4");
  end({ id: 2, version: 3, status: "done", imported: 7 });
  await ended;
  expect([made.running, made.item?.imported, made.hasMore]).toEqual([false, 7, true]);
  await made.loadMore();
  expect(made.lines.map(({ place }) => place)).toEqual([1, 9]);
  expect(report.mock.lastCall?.[0]).toMatchObject({ conversationImportId: 2, outcome: "failed", cursor: 5 });
});

it("shows what became of it in the end, however late it hears of what was before", async () => {
  let hear: (event: object) => void = () => undefined;
  let read: () => void = () => undefined;
  const heard = new Promise<object>((resolve) => (hear = resolve));
  const subscribe = async () =>
    (async function* () {
      yield await heard;
      read();
    })();
  sent.mockResolvedValueOnce({ id: 2, version: 9, status: "done", imported: 1500 });
  const report = async () => {
    const taken = new Promise<void>((resolve) => (read = resolve));
    hear({
      type: "conversation:import:changed",
      data: { change: "updated", item: { id: 2, version: 8, imported: 1377 } },
    });
    await taken;
    return { items: [], nextCursor: null };
  };
  const made = new FileImport({ conversation: { import: { subscribe, report } } } as unknown as Client);
  await made.start(FILE, undefined);
  expect(made.item?.imported).toBe(1500);
});

it("says why a file was refused, and nothing when it was stopped here", async () => {
  sent.mockRejectedValueOnce(new Error("no export"));
  const made = new FileImport(client(vi.fn()));
  await made.start(FILE, undefined);
  expect(made.failure).toBeInstanceOf(Error);
  sent.mockImplementationOnce(
    (_address, _file, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted")))),
  );
  const ended = made.start(FILE, undefined);
  made.stop();
  await ended;
  expect([made.failure, made.running, made.stopped]).toEqual([undefined, false, true]);
});
