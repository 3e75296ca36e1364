/**
 * Markdown in blocks: while a text grows, only its last block is read again. Those before it have ended, whatever follows.
 *
 * Live and stored texts go the same way, so that an answer looks the same while it comes and afterwards.
 */

import { type MarkedExtension, Marked, type Token, type Tokens, type TokensList } from "marked";
import { escapeText, isImageData, safeLink, showTurning } from "$/markdown/safety";

/** A block as it is shown; its `key` stays the same while it grows. */
export type Block =
  | { readonly key: number; readonly kind: "html"; readonly html: string }
  | {
      readonly key: number;
      readonly kind: "code";
      readonly code: string;
      readonly language: string;
      readonly closed: boolean;
    };

/** Longer than any sensible one: what is longer is shown as it was written. */
const MAX_BLOCK = 200_000;
/** So much is read at once. */
const STEP = 50_000;
/** Deeper quotes and lists are shown as they were written: each level is a call in a call. */
const MAX_DEPTH = 40;

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
  renderer: {
    html({ text }: Tokens.HTML | Tokens.Tag) {
      return text; // what may stay of it is decided below, with all else
    },
    codespan({ text }: Tokens.Codespan) {
      return `<code>${escapeText(showTurning(text))}</code>`;
    },
    link({ href, tokens }: Tokens.Link) {
      const address = safeLink(href);
      const inside = this.parser.parseInline(tokens);
      const named = address === undefined ? "" : escapeText(address);
      return address === undefined ? inside : `<a href="${named}" title="${named}">${inside}</a>`;
    },
    image({ href, text }: Tokens.Image) {
      if (isImageData(href)) return `<img src="${escapeText(href)}" alt="${escapeText(text)}">`;
      const address = safeLink(href);
      if (address === undefined) return escapeText(text);
      // Nothing is asked of other servers by being shown: the picture is a link until somebody wants it.
      const host = new URL(address).host || address;
      const shown = text === "" ? host : `${text} (${host})`;
      return `<a class="picture" href="${escapeText(address)}">${escapeText(shown)}</a>`;
    },
    table(token: Tokens.Table) {
      const cell = (each: Tokens.TableCell, tag: string): string =>
        `<${tag}${each.align === null ? "" : ` align="${each.align}"`}>${this.parser.parseInline(each.tokens)}</${tag}>`;
      const head = token.header.map((each) => cell(each, "th")).join("");
      const rows = token.rows.map((row) => `<tr>${row.map((each) => cell(each, "td")).join("")}</tr>`).join("");
      return `<div class="table" tabindex="0" role="group"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
    },
  },
});

/** Turns HTML of strangers into HTML that does nothing; see `safety.ts`. */
export type Sanitizer = (html: string) => string;

export class MarkdownBlocks {
  readonly #sanitize: Sanitizer;
  #text = "";
  #finished: Block[] = [];
  /** Where the first block begins that may still change. */
  #offset = 0;
  #nextKey = 0;

  constructor(sanitize: Sanitizer) {
    this.#sanitize = sanitize;
  }

  /** Return the blocks of a text; of one that goes on from the last one, those that ended before are the same objects. */
  read(text: string, ended: boolean): Block[] {
    // What is long is read as it would have come, so that only a single block can be too long.
    const known = text.startsWith(this.#text) ? this.#text.length : 0;
    for (let end = known + STEP; end < text.length; end += STEP) this.#readOn(text.slice(0, end), false);
    return this.#readOn(text, ended);
  }

  #readOn(text: string, ended: boolean): Block[] {
    if (!text.startsWith(this.#text)) {
      this.#finished = [];
      this.#offset = 0;
      this.#nextKey = 0;
    }
    this.#text = text;
    const tail = text.slice(this.#offset);
    if (tail.length > MAX_BLOCK || depth(tail) > MAX_DEPTH) return [...this.#finished, this.#plain(tail)];
    const tokens = lexed(tail);
    if (tokens === undefined) return [...this.#finished, this.#plain(tail)];
    const last = tokens.findLastIndex((token) => token.type !== "space" && token.type !== "def");
    // Its first line, too, says what the last block is: a line of signs below makes a heading of it, or a table.
    for (const token of tokens.slice(0, Math.max(0, last))) {
      this.#offset += token.raw.length;
      if (token.type !== "space" && token.type !== "def") {
        this.#finished.push(this.#block(token, tokens.links, true));
        this.#nextKey += 1;
      }
    }
    const growing = tokens[last];
    return growing === undefined ? [...this.#finished] : [...this.#finished, this.#block(growing, tokens.links, ended)];
  }

  #block(token: Token, links: TokensList["links"], closed: boolean): Block {
    const key = this.#nextKey;
    if (token.type === "code") {
      const { text, lang, raw } = token as Tokens.Code;
      return {
        key,
        kind: "code",
        code: text,
        language: /^\S*/.exec(lang ?? "")?.[0] ?? "",
        closed: closed || fenceIsClosed(raw),
      };
    }
    try {
      const tokens = Object.assign([token], { links });
      return { key, kind: "html", html: this.#sanitize(parser.parser(tokens)) };
    } catch {
      return this.#plain(token.raw);
    }
  }

  #plain(text: string): Block {
    return { key: this.#nextKey, kind: "html", html: `<p class="plain">${escapeText(text)}</p>` };
  }
}

function lexed(text: string): TokensList | undefined {
  try {
    return parser.lexer(text);
  } catch {
    return undefined; // it is nested too deeply
  }
}

/** How deep quotes and lists go at most, by the signs in front of a line. */
function depth(text: string): number {
  let most = 0;
  for (const [signs] of text.matchAll(/^(?:[ \t]*(?:>|[-*+]|\d+[.)])(?=[ \t>]|$))+/gm)) {
    most = Math.max(most, signs.replace(/[ \t]/g, "").length);
  }
  return most;
}

function fenceIsClosed(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  return fence === undefined || raw.trimEnd().endsWith(`\n${fence}`) || raw.trimEnd().endsWith(`\n   ${fence}`);
}
