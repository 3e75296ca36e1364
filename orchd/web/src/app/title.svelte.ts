/** What the browser's tab and its bookmarks are called: what is open, then the part of the page that it is in. */

import { untrack } from "svelte";

interface Part {
  readonly text: string;
  /** How deep it lies: a row is in a list, which is in an area. */
  readonly depth: number;
}

class PageTitle {
  parts = $state.raw<readonly Part[]>([]);

  /** The whole of it, in the area of this name. */
  in(area: string): string {
    const names = this.parts.toSorted((a, b) => b.depth - a.depth).map(({ text }) => text);
    return [...names, area, "orchd"].join(" – ");
  }
}

export const pageTitle = new PageTitle();

/** Have a part of it while a component is there, and as long as there is a text. To be called where that is made. */
export function titled(name: () => string | undefined, depth = 1): void {
  $effect(() => {
    const text = name();
    if (!text) return undefined;
    const part = { text, depth };
    pageTitle.parts = [...untrack(() => pageTitle.parts), part];
    return () => (pageTitle.parts = untrack(() => pageTitle.parts).filter((each) => each !== part));
  });
}
