/** Formulas, set as MathML that the browser draws; what sets them is loaded with the first one. */

import type temml from "temml";
import { part } from "$/ui/parts";

/** Longer ones are no formulas, and take long. */
const MAX_LENGTH = 5000;

const load = part(() => import("temml"));
let setter: typeof temml | undefined;

/** Have what sets formulas at hand by the time that the first one has come, so that nothing below it moves. */
export function prepareFormulas(text: string): void {
  if (setter === undefined && /\$\$|\\[([]/.test(text)) void load().then(({ default: loaded }) => (setter = loaded));
}

/** For `use:`; sets what of `html` is a formula, again whenever that changes. */
export function formulas(node: HTMLElement, html: string): { update: (html: string) => void } {
  function set(): void {
    const found = node.querySelectorAll<HTMLElement>(".math");
    if (found.length === 0) return;
    if (setter === undefined) {
      void load().then(({ default: loaded }) => {
        setter = loaded;
        for (const each of node.querySelectorAll<HTMLElement>(".math")) setOne(each, loaded);
      });
      return;
    }
    // At once, so that nobody sees a formula's text where the formula was.
    for (const each of found) setOne(each, setter);
  }
  void html;
  set();
  return { update: set };
}

function setOne(node: HTMLElement, by: typeof temml): void {
  const source = node.textContent ?? "";
  if (source.length > MAX_LENGTH || node.firstElementChild !== null) return;
  const place = document.createElement("span");
  try {
    by.render(source, place, {
      displayMode: node.classList.contains("math-block"),
      trust: false,
      throwOnError: true,
      maxExpand: 100,
      maxSize: [20, 20],
    });
    node.replaceChildren(...place.childNodes);
    node.dataset["source"] = source; // for whoever copies it
  } catch {
    // It stays as it was written.
  }
}
