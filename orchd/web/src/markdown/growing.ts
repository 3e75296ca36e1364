/** Blocks that have others in them, as they grow: of a list its last item is read again, of a table its last row. */

import type { Token, Tokens } from "marked";
import type { AlertKind, Block, ListItem, MarkdownBlocks, TableRow } from "$/markdown/blocks";
import { type NoteToken, renderRow } from "$/markdown/parser";

/** A block with what of it has ended; it goes on with a token of the same kind that begins where that ends. */
export interface GrowingBlock {
  /** What has to stand before the rest of its source, so that this is read as a part of it. */
  readonly prefix: string;
  fits(token: Token): boolean;
  /** Take its next token, which reaches from what had ended to its present end; says how much of it has ended by now. */
  take(token: Token, closed: boolean): number;
  /** As it is by now, under a key. */
  block(key: number): Block;
  /** Forget what of it hasn't ended: that has become something else. */
  end(): void;
}

type ReaderMaker = () => MarkdownBlocks;

/** Such a block for a token; undefined for one that has no blocks in it. */
export function growingBlock(
  token: Token,
  makeReader: ReaderMaker,
  sanitize: (html: string) => string,
): GrowingBlock | undefined {
  switch (token.type) {
    case "list":
      return new GrowingList(token as Tokens.List, makeReader);
    case "table":
      return new GrowingTable(sanitize);
    case "blockquote":
      return new GrowingQuote(makeReader());
    case "note":
      return new GrowingNote(makeReader());
    default:
      return undefined;
  }
}

class GrowingList implements GrowingBlock {
  readonly prefix = "";
  readonly #ordered: boolean;
  readonly #start: number;
  readonly #makeReader: ReaderMaker;
  #ended: ListItem[] = [];
  #rest: ListItem[] = [];
  /** What reads the items that haven't ended, by their keys. */
  readonly #readers = new Map<number, MarkdownBlocks>();

  constructor({ ordered, start }: Tokens.List, makeReader: ReaderMaker) {
    this.#ordered = ordered;
    this.#start = start === "" ? 1 : start;
    this.#makeReader = makeReader;
  }

  fits(token: Token): boolean {
    return token.type === "list" && (token as Tokens.List).ordered === this.#ordered;
  }

  take(token: Token, closed: boolean): number {
    const { items } = token as Tokens.List;
    // A sign at the beginning of a line isn't an item yet: with what follows it may be a part of the one before.
    const begun = /^\s*(?:[-*+]|\d+[.)])[ \t]+\S/.test(items.at(-1)?.raw ?? "");
    const count = Math.max(0, items.length - (closed || begun ? 1 : 2));
    const first = this.#ended.length;
    const made = items.map((item, index) => this.#item(item, first + index, closed || index < count));
    for (let key = first; key < first + count; key++) this.#readers.delete(key);
    this.#ended.push(...made.slice(0, count));
    this.#rest = made.slice(count);
    return items.slice(0, count).reduce((length, { raw }) => length + raw.length, 0);
  }

  block(key: number): Block {
    return { key, kind: "list", ordered: this.#ordered, start: this.#start, items: [...this.#ended, ...this.#rest] };
  }

  end(): void {
    this.#rest = [];
  }

  #item({ text }: Tokens.ListItem, key: number, ended: boolean): ListItem {
    let reader = this.#readers.get(key);
    if (reader === undefined) this.#readers.set(key, (reader = this.#makeReader()));
    const box = /^\[([ xX])\][ \t]+(?=\S)/.exec(text);
    const blocks = reader.read(text.slice(box?.[0].length ?? 0), ended);
    return { key, blocks, ...(box === null ? {} : { checked: box[1] !== " " }) };
  }
}

class GrowingTable implements GrowingBlock {
  prefix = "";
  readonly #sanitize: (html: string) => string;
  #head = "";
  #ended: TableRow[] = [];
  #rest: TableRow[] = [];

  constructor(sanitize: (html: string) => string) {
    this.#sanitize = sanitize;
  }

  fits(token: Token): boolean {
    return token.type === "table";
  }

  take(token: Token): number {
    const { raw, header, rows } = token as Tokens.Table;
    const lines = raw.replace(/\n+$/, "").split("\n");
    const count = lines.length - 2 === rows.length ? Math.max(0, rows.length - 1) : 0;
    if (this.prefix === "") this.#head = renderRow(header, "th", this.#sanitize);
    const first = this.#ended.length;
    const made = rows.map((row, index) => ({ key: first + index, html: renderRow(row, "td", this.#sanitize) }));
    this.#ended.push(...made.slice(0, count));
    this.#rest = made.slice(count);
    if (count === 0) return 0;
    const before = this.prefix;
    this.prefix = `${lines[0]}\n${lines[1]}\n`;
    return lines.slice(0, count + 2).reduce((length, line) => length + line.length + 1, 0) - before.length;
  }

  block(key: number): Block {
    return { key, kind: "table", head: this.#head, rows: [...this.#ended, ...this.#rest] };
  }

  end(): void {
    this.#rest = [];
  }
}

class GrowingQuote implements GrowingBlock {
  readonly prefix = "";
  readonly #reader: MarkdownBlocks;
  #alert: AlertKind | undefined;
  #blocks: Block[] = [];

  constructor(reader: MarkdownBlocks) {
    this.#reader = reader;
  }

  fits(token: Token): boolean {
    return token.type === "blockquote";
  }

  take(token: Token, closed: boolean): number {
    const { text } = token as Tokens.Blockquote;
    const named = /^\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i.exec(text);
    this.#alert = named?.[1]?.toLowerCase() as AlertKind | undefined;
    this.#blocks = this.#reader.read(text.slice(named?.[0].length ?? 0), closed);
    return 0;
  }

  block(key: number): Block {
    return { key, kind: "quote", blocks: this.#blocks, ...(this.#alert === undefined ? {} : { alert: this.#alert }) };
  }

  end(): void {
    this.#blocks = [];
  }
}

class GrowingNote implements GrowingBlock {
  readonly prefix = "";
  readonly #reader: MarkdownBlocks;
  #label = "";
  #blocks: Block[] = [];

  constructor(reader: MarkdownBlocks) {
    this.#reader = reader;
  }

  fits(token: Token): boolean {
    return token.type === "note";
  }

  take(token: Token, closed: boolean): number {
    const { label, text } = token as NoteToken;
    this.#label = label;
    this.#blocks = this.#reader.read(text, closed);
    return 0;
  }

  block(key: number): Block {
    return { key, kind: "note", label: this.#label, blocks: this.#blocks };
  }

  end(): void {
    this.#blocks = [];
  }
}
