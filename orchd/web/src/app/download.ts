/** A page of the daemon as a file of the browser's: what is refused is an error, and no file. */

import { DisconnectedError, RequestError } from "@orchd/client";
import { read, refusal } from "$/app/upload";

/** How long the browser has to begin with it. */
const KEPT_MS = 60_000;

/** Have the browser keep it under a name. Throws `RequestError`, or `DisconnectedError` when it didn't come whole. */
export async function download(address: string, name: string): Promise<void> {
  let content: Blob;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new RequestError(refusal(read(await answer.text()), answer.status));
    content = await answer.blob();
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new DisconnectedError("the connection was lost");
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
