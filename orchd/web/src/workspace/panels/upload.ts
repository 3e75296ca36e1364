/** To send a file to the daemon, and be told how far it has come. */

import type { FileItem } from "@orchd/client";
import { codeText } from "$/ui/failure";
import { texts } from "$/ui/texts";

/** Why a file was not taken, in a sentence. */
export class UploadError extends Error {}

/** Send a file. `onprogress` is told the share that was sent, from 0 to 1. Throws an `UploadError`. */
export function uploadFile(file: File, onprogress: (share: number) => void, signal: AbortSignal): Promise<FileItem> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = (): void => reject(new UploadError(texts().unreachable));
    request.open("POST", `/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 1);
    request.onerror = failed;
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status === 201) resolve(answer as FileItem);
      else if (isRefusal(answer)) reject(new UploadError(codeText(answer.error.code, answer.error.message)));
      else failed();
    };
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new UploadError(codeText("cancelled", "")));
    });
    request.send(file);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRefusal(answer: unknown): answer is { error: { code: string; message: string } } {
  return typeof answer === "object" && answer !== null && "error" in answer;
}
