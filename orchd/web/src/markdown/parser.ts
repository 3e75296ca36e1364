/** How Markdown is read and becomes HTML, by marked: formulas and footnotes besides, and nothing that asks other servers. */

import {
  Lexer,
  type MarkedExtension,
  Marked,
  Parser,
  type Token,
  Tokenizer,
  type Tokens,
  type TokensList,
} from "marked";
import { escapeText, isImageData, safeLink, showTurning } from "$/markdown/safety";

/** Deeper quotes and lists are shown as they were written: each level is a call in a call. */
export const MAX_DEPTH = 40;

/** What a text says at its end of links and footnotes that stand before. */
export interface Definitions {
  readonly links: TokensList["links"];
  /** The names of its footnotes. */
  readonly notes: Set<string>;
}

export function noDefinitions(): Definitions {
  return { links: Object.create(null) as TokensList["links"], notes: new Set() };
}

/** What stands below a text for one of its footnotes. */
export interface NoteToken extends Tokens.Generic {
  readonly type: "note";
  readonly label: string;
  readonly text: string;
}

/** A picture, and where the link leads in which it stands. */
type LinkedImage = Tokens.Image & { linked?: string };

const LABEL = "[\\p{L}\\p{N}_-]{1,40}";
const NOTE = new RegExp(`^ {0,3}\\[\\^(${LABEL})\\]:[ \\t]*(.*)`, "u");
const NOTE_REFERENCE = new RegExp(`^\\[\\^(${LABEL})\\]`, "u");

/** Reads blocks: what stands in lists and quotes is left as it is written, to be read by itself. */
class BlockLexer extends Lexer {
  /** How many lists are being read. */
  lists = 0;
  readonly notes: Set<string>;

  constructor({ links, notes }: Definitions) {
    super({ ...parser.defaults, tokenizer: new BlockTokenizer() });
    // What isn't whole yet must not stay.
    this.tokens.links = Object.create(links) as TokensList["links"];
    this.notes = notes;
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] | TokensList = [], clipped?: boolean): Token[] {
    if (this.lists === 0) return super.blockTokens(source, tokens, clipped);
    this.state.top = true; // as it does at its end
    return tokens;
  }
}

class BlockTokenizer extends Tokenizer {
  override list(source: string): Tokens.List | undefined {
    const lexer = this.lexer as BlockLexer;
    lexer.lists += 1;
    try {
      return super.list(source);
    } finally {
      lexer.lists -= 1;
    }
  }

  override blockquote(source: string): Tokens.Blockquote | undefined {
    // It has to be read for where it ends, but not the words in it.
    const queued = this.lexer.inlineQueue.length;
    const quote = super.blockquote(source);
    this.lexer.inlineQueue.length = queued;
    return quote;
  }
}

/** `start` finds where such a formula may begin in a text; its first group, if it has one, stands before it. */
function mathRule(name: string, level: "block" | "inline", pattern: RegExp, start: RegExp): MarkedExtension {
  return {
    extensions: [
      {
        name,
        level,
        start: (source) => {
          const found = start.exec(source);
          return found === null ? -1 : found.index + (found[1]?.length ?? 0);
        },
        tokenizer(source) {
          const match = pattern.exec(source);
          if (match === null) return undefined;
          const text = match.slice(1).find((group) => group !== undefined) ?? "";
          return { type: name, raw: match[0], text: text.trim() };
        },
        renderer: (token) => {
          const shown = level === "block" || token.raw.startsWith("$$") || token.raw.startsWith("\\[");
          const kind = shown ? "math math-block" : "math";
          const text = escapeText(String(token["text"]));
          return level === "block" ? `<div class="${kind}">${text}</div>` : `<span class="${kind}">${text}</span>`;
        },
      },
    ],
  };
}

const parser = new Marked({ gfm: true, breaks: false });
parser.use(
  mathRule(
    "mathBlock",
    "block",
    /^(?:\$\$([\s\S]{1,5000}?)\$\$|\\\[([\s\S]{1,5000}?)\\\])(?:\n|$)/,
    /(\n)(?:\$\$|\\\[)/,
  ),
);
parser.use(
  // Two prices in a sentence are no formula: no space inside of single signs, and no digit after the second one.
  mathRule(
    "mathInline",
    "inline",
    /^(?:\$\$((?:\\.|[^\\$\n]){1,1000})\$\$|\$(?![\s$])((?:\\.|[^\\$\n]){1,1000}?)(?<!\s)\$(?!\d)|\\\(([\s\S]{1,1000}?)\\\)|\\\[([\s\S]{1,1000}?)\\\])/,
    /\$|\\[([]/,
  ),
);
parser.use({
  extensions: [
    {
      // One paragraph that is nested too deeply, and nothing that stands below it.
      name: "deep",
      level: "block",
      tokenizer(source) {
        if (!/^[ \t]*>/.test(source)) return undefined;
        const raw = /^(?:[^\n]*[^\s\n][^\n]*(?:\n|$))+/.exec(source)?.[0] ?? "";
        const signs = raw.split("\n").map((line) => (/^[ \t>]*/.exec(line)?.[0] ?? "").replace(/[ \t]/g, "").length);
        return Math.max(...signs.slice(0, 10_000)) > MAX_DEPTH ? { type: "deep", raw } : undefined;
      },
    },
    {
      name: "note",
      level: "block",
      start: (source) => {
        const found = source.indexOf("\n[^");
        return found < 0 || !NOTE.test(source.slice(found + 1, found + 50)) ? -1 : found + 1;
      },
      tokenizer(source) {
        const first = NOTE.exec(source);
        if (first === null || !(this.lexer instanceof BlockLexer)) return undefined;
        const lines = [first[2] ?? ""];
        let [raw, at, blank] = [first[0].length, first[0].length, false];
        while (at < source.length) {
          const end = source.indexOf("\n", at + 1);
          const line = source.slice(at + 1, end < 0 ? source.length : end);
          at += line.length + 1;
          const empty = line.trim() === "";
          // It goes on below an empty line only where that is indented.
          if (!empty && (NOTE.test(line) || (blank && !/^(?: {2,}|\t)/.test(line)))) break;
          lines.push(line.replace(/^(?: {1,4}|\t)/, ""));
          if (!empty) raw = at;
          blank = empty;
        }
        const label = first[1] ?? "";
        this.lexer.notes.add(label);
        const whole = source.slice(0, source[raw] === "\n" ? raw + 1 : raw);
        return { type: "note", raw: whole, label, text: lines.join("\n").trimEnd() };
      },
    },
    {
      name: "noteReference",
      level: "inline",
      tokenizer(source) {
        const found = NOTE_REFERENCE.exec(source);
        const label = found?.[1] ?? "";
        const known = this.lexer instanceof BlockLexer && this.lexer.notes.has(label);
        return found !== null && known ? { type: "noteReference", raw: found[0], label } : undefined;
      },
      renderer: ({ label }) => `<sup><a class="footnote" href="#note-${label}">${label}</a></sup>`,
    },
  ],
  renderer: {
    html({ text }: Tokens.HTML | Tokens.Tag) {
      return text; // what may stay of it is decided by the sanitizer, with all else
    },
    codespan({ text }: Tokens.Codespan) {
      return `<code>${escapeText(showTurning(text))}</code>`;
    },
    link({ href, tokens }: Tokens.Link) {
      const address = safeLink(href);
      if (address === undefined) return this.parser.parseInline(tokens);
      const named = escapeText(address);
      // A picture from elsewhere has links of its own, and no link can stand in another one: it says where this one leads.
      return runs(tokens, (token) => linkPictures(token, address))
        .map(([apart, run]) => {
          const inside = this.parser.parseInline([...run]);
          return apart || inside.trim() === "" ? inside : `<a href="${named}" title="${named}">${inside}</a>`;
        })
        .join("");
    },
    image({ href, text, linked }: LinkedImage) {
      if (isImageData(href)) return `<img src="${escapeText(href)}" alt="${escapeText(text)}">`;
      const address = safeLink(href);
      if (address === undefined) return escapeText(text);
      // Nothing is asked of other servers by being shown: the picture is a link (`pictures/` puts in its place what asks).
      const host = new URL(address).host || address;
      const shown = text === "" ? host : `${text} (${host})`;
      const where = linked === undefined ? "" : ` title="${escapeText(linked)}"`;
      return `<a class="picture" href="${escapeText(address)}" alt="${escapeText(text)}"${where}>${escapeText(shown)}</a>`;
    },
  },
});

/** The blocks of a text; undefined where it is nested too deeply to be read. */
export function lexBlocks(text: string, definitions: Definitions): TokensList | undefined {
  try {
    return new BlockLexer(definitions).lex(text);
  } catch {
    return undefined;
  }
}

/** Have the pictures from elsewhere in what a link holds say where it leads; returns whether there are any. */
function linkPictures(token: Token, address: string): boolean {
  if (token.type === "image") {
    if (safeLink(token["href"] as string) === undefined) return false;
    (token as LinkedImage).linked = address;
    return true;
  }
  const inner = (token as { tokens?: Token[] }).tokens ?? [];
  return inner.filter((each) => linkPictures(each, address)).length > 0;
}

/** What is side by side, in runs of those of which something holds and of those of which it doesn't. */
function runs(tokens: readonly Token[], holds: (token: Token) => boolean): [boolean, Token[]][] {
  const found: [boolean, Token[]][] = [];
  for (const token of tokens) {
    const held = holds(token);
    const last = found.at(-1);
    if (last?.[0] === held) last[1].push(token);
    else found.push([held, [token]]);
  }
  return found.length > 0 ? found : [[false, []]];
}

/** HTML of a block that has no blocks in it; not safe yet. */
export function renderBlock(token: Token): string {
  return parser.parser([token]);
}

/** HTML of the cells of a table's row, each made safe by itself, so that none can end the table. */
export function renderRow(
  cells: readonly Tokens.TableCell[],
  tag: "td" | "th",
  sanitize: (html: string) => string,
): string {
  const shown = cells.map(({ align, tokens }) => {
    const html = Parser.parseInline(tokens, parser.defaults);
    return `<${tag}${align === null ? "" : ` align="${align}"`}>${html.includes("<") ? sanitize(html) : html}</${tag}>`;
  });
  return shown.join("");
}
