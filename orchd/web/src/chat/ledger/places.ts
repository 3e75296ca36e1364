/**
 * Where claims stand in an answer as it is shown.
 *
 * The daemon tells places in the Markdown; what is shown of that are its letters and digits, in the same order. So both
 * are compared by these alone, and ranges of the document are marked without changing it.
 */

const SIGN = /[\p{L}\p{N}]/u;

/** The letters and digits of a text, each with where it stands. */
interface Letters {
  readonly text: string;
  readonly nodes: readonly Text[];
  /** For each: which node, and where in it. */
  readonly places: readonly { readonly node: number; readonly offset: number }[];
}

function lettersOf(root: HTMLElement): Letters {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest("button, figcaption, summary, annotation")
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  const nodes: Text[] = [];
  const places: { node: number; offset: number }[] = [];
  const signs: string[] = [];
  for (let found = walker.nextNode(); found !== null; found = walker.nextNode()) {
    const node = nodes.push(found as Text) - 1;
    let offset = 0;
    for (const sign of (found as Text).data) {
      if (SIGN.test(sign)) {
        signs.push(sign);
        // A sign of two halves has two places, so that they can be counted as the text is.
        for (let half = 0; half < sign.length; half++) places.push({ node, offset: offset + half });
      }
      offset += sign.length;
    }
  }
  return { text: signs.join(""), nodes, places };
}

/** A claim's letters and digits, without the addresses of its links. */
function lettersOfClaim(claim: string): string {
  const shown = claim.replace(/\]\([^)\s]*\)/g, "]").replace(/<[^>]*>/g, "");
  return [...shown].filter((sign) => SIGN.test(sign)).join("");
}

/** Ranges of the claims that are found, by their indices; those of one text come in the order in which they stand there. */
export function placesOf(
  root: HTMLElement,
  claims: readonly { readonly index: number; readonly claim: string }[],
): Map<number, Range> {
  const { text, nodes, places } = lettersOf(root);
  const found = new Map<number, Range>();
  let after = 0;
  for (const { index, claim } of claims) {
    const wanted = lettersOfClaim(claim);
    if (wanted === "") continue;
    const start = text.indexOf(wanted, after) < 0 ? text.indexOf(wanted) : text.indexOf(wanted, after);
    if (start < 0) continue;
    const first = places[start];
    const last = places[start + wanted.length - 1];
    const [begin, end] = [first && nodes[first.node], last && nodes[last.node]];
    if (first === undefined || last === undefined || begin === undefined || end === undefined) continue;
    const range = document.createRange();
    range.setStart(begin, first.offset);
    range.setEnd(end, last.offset + 1);
    found.set(index, range);
    after = start + wanted.length;
  }
  return found;
}

/** The claim that stands at a point of the window. */
export function claimAt(places: ReadonlyMap<number, Range>, x: number, y: number): number | undefined {
  for (const [index, range] of places) {
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (x >= left && x <= right && y >= top && y <= bottom) return index;
    }
  }
  return undefined;
}
