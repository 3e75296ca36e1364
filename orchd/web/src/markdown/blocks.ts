/**
 * Markdown in blocks: while a text grows, only the end of its last block is read again. What stands before has ended,
 * whatever follows: earlier blocks, and in the last one, a list, a quote or a table, the items and rows before its last.
 *
 * Live and stored texts go the same way, so that an answer looks the same while it comes and afterwards.
 */

import type { Token, Tokens } from "marked";
import { type GrowingBlock, growingBlock } from "$/markdown/growing";
import { type Definitions, lexBlocks, MAX_DEPTH, noDefinitions, renderBlock } from "$/markdown/parser";
import { escapeText } from "$/markdown/safety";

export type AlertKind = "note" | "tip" | "important" | "warning" | "caution";

export interface ListItem {
  readonly key: number;
  /** Of a task, whether it is done. */
  readonly checked?: boolean;
  readonly blocks: readonly Block[];
}

export interface TableRow {
  readonly key: number;
  /** Of its cells. */
  readonly html: string;
}

/** A block as it is shown; its `key` stays the same while it grows. */
export type Block = { readonly key: number } & (
  | { readonly kind: "html"; readonly html: string }
  | { readonly kind: "code"; readonly code: string; readonly language: string; readonly closed: boolean }
  | { readonly kind: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly kind: "quote"; readonly alert?: AlertKind; readonly blocks: readonly Block[] }
  | { readonly kind: "table"; readonly head: string; readonly rows: readonly TableRow[] }
  | { readonly kind: "note"; readonly label: string; readonly blocks: readonly Block[] }
);

/** Longer than any sensible one: what is longer is shown as it was written. */
const MAX_BLOCK = 200_000;
/** So much is read at once. */
const STEP = 50_000;

/** Turns HTML of strangers into HTML that does nothing; see `safety.ts`. */
export type Sanitizer = (html: string) => string;

export class MarkdownBlocks {
  readonly #sanitize: Sanitizer;
  readonly #depth: number;
  #definitions: Definitions;
  #text = "";
  #finished: Block[] = [];
  /** Where each of them begins, and after the last one where what follows them does. */
  #begins: number[] = [0];
  /** Where what may still change begins. */
  #offset = 0;
  /** The last block, where it has others in it. */
  #open: GrowingBlock | undefined;

  /** `definitions` are those of the text that it stands in, `depth` how deep. */
  constructor(sanitize: Sanitizer, definitions: Definitions = noDefinitions(), depth = 0) {
    this.#sanitize = sanitize;
    this.#definitions = definitions;
    this.#depth = depth;
  }

  /** Return the blocks of a text; of one that goes on from the last one, those that ended before are the same objects. */
  read(text: string, ended: boolean): Block[] {
    const read = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text; // as its blocks are counted
    if (this.#depth > MAX_DEPTH) return [plain(0, read)];
    // What is long is read as it would have come, so that only a single block can be too long.
    const known = read.startsWith(this.#text) ? this.#text.length : 0;
    for (let end = known + STEP; end < read.length; end += STEP) this.#readOn(read.slice(0, end), false);
    return this.#readOn(read, ended);
  }

  #readOn(text: string, ended: boolean): Block[] {
    if (!text.startsWith(this.#text)) this.#forget();
    this.#text = text;
    if (this.#depth > 0) return this.#readTail(ended);
    const before = this.#names();
    const blocks = this.#readTail(ended);
    const found = [...this.#names()].filter((name) => !before.has(name));
    return found.length > 0 && this.#readAgain(found) ? this.#readTail(ended) : this.#joined(blocks);
  }

  #forget(): void {
    this.#finished = [];
    this.#begins = [0];
    this.#offset = 0;
    this.#open = undefined;
    if (this.#depth === 0) this.#definitions = noDefinitions();
  }

  /** With those that have ended as they are by now. */
  #joined(blocks: Block[]): Block[] {
    return [...this.#finished, ...blocks.slice(this.#finished.length)];
  }

  #readTail(ended: boolean): Block[] {
    const prefix = this.#open?.prefix ?? "";
    const tail = this.#text.slice(this.#offset);
    const tokens = tail.length > MAX_BLOCK ? undefined : lexBlocks(prefix + tail, this.#definitions);
    if (tokens === undefined) {
      this.#finishOpen();
      return [...this.#finished, plain(this.#key, tail)];
    }
    if (this.#open !== undefined && tokens[0] !== undefined && !this.#open.fits(tokens[0])) this.#finishOpen();
    const settled = settledCount(tokens);
    const shown: Block[] = [];
    let at = this.#offset - prefix.length;
    for (const [index, token] of tokens.entries()) {
      const [begin, end] = [at, (at += token.raw.length)];
      const last = index >= settled;
      if (token.type === "space" || token.type === "def") {
        if (token.type === "def" && (ended || !last)) this.#define(token as Tokens.Def);
        continue;
      }
      const growing = index === 0 && this.#open !== undefined ? this.#open : this.#growing(token);
      const taken = growing?.take(token, ended || !last) ?? 0;
      const block = (key: number): Block => growing?.block(key) ?? this.#block(token, key, ended || !last);
      if (!last) {
        this.#finished.push(block(this.#key));
        this.#begins.push(end);
        this.#offset = end;
        this.#open = undefined;
        continue;
      }
      if (shown.length === 0) {
        this.#open = growing;
        if (index > 0) this.#begins[this.#begins.length - 1] = this.#offset = begin;
        this.#offset += taken;
      }
      shown.push(block(this.#key + shown.length));
    }
    return [...this.#finished, ...shown];
  }

  /** What is the next one's. */
  get #key(): number {
    return this.#finished.length;
  }

  /** What had ended of the last block is all of it: what follows turned out to be something else. */
  #finishOpen(): void {
    if (this.#open !== undefined && this.#offset > (this.#begins.at(-1) ?? 0)) {
      this.#open.end();
      this.#finished.push(this.#open.block(this.#key));
      this.#begins.push(this.#offset);
    }
    this.#open = undefined;
  }

  #growing(token: Token): GrowingBlock | undefined {
    const inner = (): MarkdownBlocks => new MarkdownBlocks(this.#sanitize, this.#definitions, this.#depth + 1);
    return growingBlock(token, inner, this.#sanitize);
  }

  #block(token: Token, key: number, closed: boolean): Block {
    if (token.type === "deep") return plain(key, token.raw);
    if (token.type === "code") {
      const { text, lang, raw } = token as Tokens.Code;
      const language = /^\S*/.exec(lang ?? "")?.[0] ?? "";
      return { key, kind: "code", code: text, language, closed: closed || fenceIsClosed(raw) };
    }
    try {
      return { key, kind: "html", html: this.#sanitize(renderBlock(token)) };
    } catch {
      return plain(key, token.raw);
    }
  }

  #define({ tag, href, title }: Tokens.Def): void {
    this.#definitions.links[tag] ??= { href, title };
  }

  /** What links and footnotes may be called by. */
  #names(): Set<string> {
    const { links, notes } = this.#definitions;
    return new Set([...Object.keys(links).map((tag) => `[${tag}]`), ...[...notes].map((label) => `[^${label}]`)]);
  }

  /** Read the ended blocks again that have names which mean something by now; says whether the last one is to be, too. */
  #readAgain(names: readonly string[]): boolean {
    const concerned = (begin: number, end: number): boolean => {
      const source = this.#text.slice(begin, end).toLowerCase().replace(/\s+/g, " ");
      return names.some((name) => source.includes(name.toLowerCase()));
    };
    for (const [index, { key }] of this.#finished.entries()) {
      const [begin = 0, end = 0] = this.#begins.slice(index, index + 2);
      if (!concerned(begin, end)) continue;
      const [block, ...more] = new MarkdownBlocks(this.#sanitize, this.#definitions, this.#depth + 1).read(
        this.#text.slice(begin, end),
        true,
      );
      if (block !== undefined && more.length === 0) this.#finished[index] = { ...block, key };
    }
    const begin = this.#begins.at(-1) ?? 0;
    if (this.#open === undefined || !concerned(begin, this.#text.length)) return false;
    this.#open = undefined;
    this.#offset = begin;
    return true;
  }
}

function plain(key: number, text: string): Block {
  return { key, kind: "html", html: `<p class="plain">${escapeText(text)}</p>` };
}

/** How many of the tokens can't change any more. */
function settledCount(tokens: readonly Token[]): number {
  const shown = (token: Token): boolean => token.type !== "space" && token.type !== "def";
  // Its first line, too, says what the last block is: a line of signs below makes a heading of it, or a table.
  const last = tokens.findLastIndex(shown);
  const before = tokens.slice(0, Math.max(0, last)).findLastIndex(shown);
  // A number or a sign below a list may be the beginning of its next item.
  const mayGoOn = /^\s*(?:\d{1,9}[.)]?|[-*+])\s*$/.test(tokens[last]?.raw ?? "");
  return mayGoOn && tokens[before]?.type === "list" ? before : Math.max(0, last);
}

function fenceIsClosed(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  return fence === undefined || raw.trimEnd().endsWith(`\n${fence}`) || raw.trimEnd().endsWith(`\n   ${fence}`);
}
