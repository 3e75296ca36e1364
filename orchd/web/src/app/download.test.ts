import { DisconnectedError, RequestError } from "@orchd/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { download } from "$/app/download";

const asked = vi.fn();
const kept: string[] = [];

beforeEach(() => {
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:x", revokeObjectURL: () => undefined }));
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    kept.push(this.download);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  kept.length = 0;
});

it("keeps what came under its name", async () => {
  asked.mockResolvedValue(new Response("all"));
  await download("/conversations/export", "all.json");
  expect([asked.mock.lastCall?.[0], kept]).toEqual(["/conversations/export", ["all.json"]]);
});

it("says why there is no file", async () => {
  const refused = { error: { code: "forbidden", message: "not yours", retryable: false } };
  asked.mockResolvedValueOnce(new Response(JSON.stringify(refused), { status: 403 }));
  await expect(download("/x", "x")).rejects.toMatchObject({ code: "forbidden" });
  asked.mockResolvedValueOnce(new Response("<html>", { status: 502 }));
  await expect(download("/x", "x")).rejects.toBeInstanceOf(RequestError);
  asked.mockRejectedValueOnce(new TypeError("failed"));
  await expect(download("/x", "x")).rejects.toBeInstanceOf(DisconnectedError);
  expect(kept).toEqual([]);
});
