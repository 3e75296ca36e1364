/** What the page says when something that was wanted could not be done. */

import { notices } from "$/app/notices.svelte";

/** Wait for it; a failure is said by a notice, and thrown. */
export async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    notices.failed(error);
    throw error;
  }
}

/** The same for what nobody waits for. */
export function attempt(work: Promise<unknown>): void {
  told(work).catch(() => undefined);
}
