/** An answer in whole sentences as it comes, without the signs of Markdown: for those who hear it. */

/** A sentence without an end is said after so many characters, at a space. */
const MAX_WAIT = 400;

export class SentenceReader {
  readonly #segmenter: Intl.Segmenter;
  /** How much of the text has been looked at. */
  #offset = 0;
  #inCode = false;

  constructor(locale: string) {
    this.#segmenter = new Intl.Segmenter(locale, { granularity: "sentence" });
  }

  /** The sentences that have ended since; of a text that has `ended` all that is left. `code` is said of each block. */
  read(text: string, ended: boolean, code: string): string[] {
    if (text.length < this.#offset) this.#offset = 0; // it began anew
    const said: string[] = [];
    for (let line = this.#nextLine(text, ended); line !== undefined; line = this.#nextLine(text, ended)) {
      this.#offset += line.length;
      if (/^\s*(?:```|~~~)/.test(line)) {
        this.#inCode = !this.#inCode;
        if (this.#inCode) said.push(code);
      } else if (!this.#inCode) {
        said.push(...this.#sentences(line, true).said);
      }
    }
    if (!ended && !this.#inCode) {
      const rest = this.#sentences(text.slice(this.#offset), false);
      this.#offset += rest.length;
      said.push(...rest.said);
    }
    return said;
  }

  /** A line with its end; undefined while it isn't whole. */
  #nextLine(text: string, ended: boolean): string | undefined {
    const end = text.indexOf("\n", this.#offset);
    if (end >= 0) return text.slice(this.#offset, end + 1);
    return ended && this.#offset < text.length ? text.slice(this.#offset) : undefined;
  }

  /** The sentences of a line, and how long they are; the last one only when the line is whole, or it is very long. */
  #sentences(line: string, whole: boolean): { said: string[]; length: number } {
    const parts = [...this.#segmenter.segment(line)].map(({ segment }) => segment);
    if (!whole) {
      const last = parts.pop() ?? "";
      const space = last.lastIndexOf(" ");
      if (last.length > MAX_WAIT && space > 0) parts.push(last.slice(0, space + 1));
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return { said: parts.map(plain).filter((part) => part !== ""), length };
  }
}

/** What is heard of a piece of Markdown. */
export function plain(text: string): string {
  const words = text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\s*(?:#{1,6}\s|>\s?|[-*+]\s|\|)/, "")
    .replace(/[*`~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/\|/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return /[\p{L}\p{N}]/u.test(words) ? words : "";
}
