/** To copy something, with a word on the page about it. */

import { notices } from "$/app/notices.svelte";
import { texts } from "$/app/texts";
import { copyText } from "$/text/clipboard";

/** Copy a text, and say `done`, or that the browser doesn't let us. */
export async function copy(text: string, done: string): Promise<void> {
  if (await copyText(text)) notices.done(done);
  else notices.failed(texts().not_copied);
}
