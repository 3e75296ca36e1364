import { DisconnectedError, RequestError } from "@orchd/client";
import { afterEach, expect, it, vi } from "vitest";
import { upload } from "./upload";

/** What the browser's own does, as far as it is used. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  status = 0;
  responseText = "";
  onload?: () => void;
  onerror?: () => void;
  onloadend?: () => void;
  open = vi.fn();
  setRequestHeader = vi.fn();
  send = vi.fn();
  abort = vi.fn();

  constructor() {
    FakeRequest.last = this;
  }

  answer(status: number, text: string): void {
    this.status = status;
    this.responseText = text;
    this.onload?.();
    this.onloadend?.();
  }
}

afterEach(() => vi.unstubAllGlobals());

function send(signal?: AbortSignal): { sent: Promise<unknown>; shares: number[] } {
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  const shares: number[] = [];
  const options = {
    type: "text/plain",
    progress: (share: number) => shares.push(share),
    ...(signal ? { signal } : {}),
  };
  return { sent: upload("/files?name=a", new Blob(["abcd"]), options), shares };
}

it("tells how far it is, and returns the answer", async () => {
  const { sent, shares } = send();
  FakeRequest.last.upload.onprogress?.({ loaded: 1, total: 4 });
  FakeRequest.last.upload.onprogress?.({ loaded: 0, total: 0 });
  FakeRequest.last.answer(201, '{"id": 7}');
  expect(await sent).toEqual({ id: 7 });
  expect(shares).toEqual([0.25, 1]);
});

it("throws the daemon's own error, and one for what a proxy says", async () => {
  let { sent } = send();
  FakeRequest.last.answer(
    413,
    '{"error": {"code": "too_large", "message": "no room", "details": {"reason": "file_space"}}}',
  );
  await expect(sent).rejects.toMatchObject({ code: "too_large", reason: "file_space", message: "no room" });
  ({ sent } = send());
  FakeRequest.last.answer(502, "<html>");
  await expect(sent).rejects.toMatchObject({ code: "upstream_error" });
  await expect(sent).rejects.toBeInstanceOf(RequestError);
});

it("throws when the connection is lost, and what it was ended with", async () => {
  const { sent } = send();
  FakeRequest.last.onerror?.();
  await expect(sent).rejects.toBeInstanceOf(DisconnectedError);
  const leaving = new AbortController();
  const other = send(leaving.signal);
  leaving.abort(new Error("enough"));
  await expect(other.sent).rejects.toThrow("enough");
  expect(FakeRequest.last.abort).toHaveBeenCalled();
});
