/** Words that a search has found, marked where they stand in a message, without changing what is shown. */

const SIGN = /[\p{L}\p{N}]/u;
/** So many of those that are marked are looked at for whether they stand together. */
const NEAR = 12;
/** More than these are not marked. */
const MOST = 500;

/** Where words stand below an element, in order: as whole words, or, where none does, as parts of words. */
export function findWords(root: Element, words: readonly string[]): Range[] {
  const wanted = words.map((word) => word.toLowerCase()).filter((word) => word !== "");
  const found: { range: Range; whole: boolean }[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null && found.length < MOST; node = walker.nextNode()) {
    const { data } = node as Text;
    const lower = data.toLowerCase();
    if (lower.length !== data.length) continue; // places would not be those of the text
    const here = wanted.flatMap((word) => placesIn(lower, word)).sort(([a], [b]) => a - b);
    for (const [start, end] of here) {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      found.push({ range, whole: !SIGN.test(lower[start - 1] ?? "") && !SIGN.test(lower[end] ?? "") });
    }
  }
  const whole = found.filter((each) => each.whole);
  return (whole.length > 0 ? whole : found).map(({ range }) => range);
}

/** Of what was found the first place where most of the words stand, and nearest to each other. */
export function bestPlace(ranges: readonly Range[]): Range | undefined {
  let [best, most] = [ranges[0], 0];
  const words = ranges.map((range) => range.toString().toLowerCase());
  for (const [index, range] of ranges.entries()) {
    const together = new Set<string>();
    let last = 0;
    for (const [distance, word] of words.slice(index, index + NEAR).entries()) {
      if (!together.has(word)) last = distance;
      together.add(word);
    }
    const score = together.size * NEAR - last;
    if (score > most) [best, most] = [range, score];
  }
  return best;
}

/** What is marked of one message: again whenever something of it is shown anew, as code is once it has its colours. */
export class FoundWords {
  #best: Range | undefined;
  #changes: MutationObserver | undefined;

  /** Mark words in a message, in place of those before. */
  mark(message: Element, words: readonly string[]): void {
    this.clear();
    if (words.length === 0) return;
    const look = (): void => {
      const ranges = [...message.querySelectorAll(".asked, .markdown")].flatMap((part) => findWords(part, words));
      this.#best = bestPlace(ranges);
      paint(ranges);
    };
    look();
    this.#changes = new MutationObserver(look);
    this.#changes.observe(message, { childList: true, subtree: true });
  }

  /** Where the best of them stands; undefined where none does. */
  get place(): DOMRect | undefined {
    return this.#best?.getBoundingClientRect();
  }

  clear(): void {
    this.#changes?.disconnect();
    this.#best = undefined;
    paint([]);
  }
}

/** Older browsers can't mark ranges: they show the place alone. */
function paint(ranges: readonly Range[]): void {
  if (typeof Highlight !== "function" || !("highlights" in CSS)) return;
  if (ranges.length === 0) CSS.highlights.delete("found");
  else CSS.highlights.set("found", new Highlight(...ranges));
}

function placesIn(text: string, word: string): [number, number][] {
  const places: [number, number][] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    places.push([at, at + word.length]);
  return places;
}
