/** A part of the page that was asked for and can't be had. */

import { notices } from "$/app/notices.svelte";
import { texts } from "$/ui/texts";

/** For `{:catch}` where the panel around should stay: offer what still helps, and `close` what was to open. */
export function sayLost(close: () => void): string {
  setTimeout(() => {
    const t = texts();
    close();
    notices.failed(t.part_lost, { label: t.load_again, run: () => location.reload() });
  });
  return "";
}
