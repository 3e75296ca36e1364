/** Ranges of the document that are marked, by the browser itself, so that nothing of what is shown is changed. */

import type { Standing } from "$/chat/ledger/check.svelte";

const NAMES = ["supported", "contradicted", "doubted", "open", "chosen"] as const;
export type MarkName = Standing | "chosen";

/** Each check has its ranges; a name of the registry is shared by all of them. */
const MARKED = new Map<object, readonly (readonly [MarkName, Range])[]>();

/** Whether this browser can mark ranges: older ones show the list of claims alone. */
function canMark(): boolean {
  return typeof Highlight === "function" && "highlights" in CSS;
}

/** Mark these ranges for an owner, in place of those that it had. */
export function mark(owner: object, ranges: readonly (readonly [MarkName, Range])[]): void {
  if (!canMark()) return;
  if (ranges.length === 0) MARKED.delete(owner);
  else MARKED.set(owner, ranges);
  for (const name of NAMES) {
    const all = [...MARKED.values()].flat().filter(([each]) => each === name);
    if (all.length === 0) CSS.highlights.delete(`claim-${name}`);
    else {
      const marked = new Highlight(...all.map(([, range]) => range));
      marked.priority = name === "chosen" ? 1 : 0;
      CSS.highlights.set(`claim-${name}`, marked);
    }
  }
}
