/** Bytes sent to one of the daemon's pages, with how far that is: `fetch` doesn't tell. */

import { DisconnectedError, RequestError } from "@orchd/client";

export interface UploadOptions {
  readonly type: string;
  readonly signal?: AbortSignal;
  /** Told from 0 to 1, as the bytes leave. */
  readonly progress?: (share: number) => void;
}

/**
 * Send a file by POST, and return what the daemon answers.
 *
 * Throws `RequestError` for what it refuses, `DisconnectedError` when it can't be reached, and the signal's reason.
 */
export function upload<Reply>(
  address: string,
  content: Blob,
  { type, signal, progress }: UploadOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => {
      request.abort();
      reject(signal?.reason as Error);
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener("abort", abort);
    request.open("POST", address);
    request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = ({ loaded, total }) => progress?.(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(new DisconnectedError("the connection was lost"));
    request.onload = () => {
      const body = read(request.responseText);
      if (request.status < 400) resolve(body as Reply);
      else reject(new RequestError(refusal(body, request.status)));
    };
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    request.send(content);
  });
}

/** What a text says as JSON; undefined where it is none. */
export function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error that stands in an answer; a proxy in between may answer with anything. */
export function refusal(body: unknown, status: number): unknown {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  return error ?? { code: status === 413 ? "too_large" : "upstream_error", message: `HTTP ${status}` };
}
