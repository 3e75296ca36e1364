/** What of a stranger's Markdown may become a part of the page: text and its form, nothing that acts or fetches. */

import DOMPurify from "dompurify";

const TAGS = [
  "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "del", "details", "dd", "dfn", "div", "dl", "dt", "em",
  "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol",
  "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody",
  "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr",
]; // prettier-ignore
const ATTRIBUTES = [
  "href",
  "src",
  "alt",
  "title",
  "align",
  "start",
  "open",
  "colspan",
  "rowspan",
  "checked",
  "disabled",
  "type",
  "class",
  "tabindex",
  "role",
  "lang",
  "dir",
];
/** Only our own names, so that nothing can dress up as a part of the page. */
const CLASSES = new Set(["footnote", "math", "math-block", "picture", "plain", "table"]);

/** Where a footnote of the same text stands: `Markdown.svelte` goes there. */
const FOOTNOTE = /^#note-[\p{L}\p{N}_-]{1,40}$/u;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** Signs that turn the direction of what follows: in code they can make it look like what it isn't. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Code with such signs written out. */
export function showTurning(code: string): string {
  return code.replace(TURNING, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** An address that may stand in a link; undefined for all that isn't another page or somebody's mail. */
export function safeLink(address: string): string | undefined {
  const cleaned = address.trim().replace(/[\u0000-\u0020]/g, "");
  return /^(?:https?:\/\/[^/]|mailto:)/i.test(cleaned) && URL.canParse(cleaned) ? cleaned : undefined;
}

/** Whether an address is a picture itself. */
export function isImageData(address: string): boolean {
  return /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(address);
}

/** Make such a sanitizer; once for a page. */
export function makeSanitizer(window: Window & typeof globalThis): (html: string) => string {
  const purify = DOMPurify(window);
  purify.addHook("afterSanitizeAttributes", (node) => {
    for (const name of [...node.classList]) if (!CLASSES.has(name)) node.classList.remove(name);
    if (node.classList.length === 0) node.removeAttribute("class");
    if (node.tagName === "A") {
      const href = node.getAttribute("href") ?? "";
      if (!node.classList.contains("footnote") || !FOOTNOTE.test(href)) {
        if (safeLink(href) === undefined) node.removeAttribute("href");
        node.setAttribute("target", "_blank");
        node.setAttribute("rel", "noopener noreferrer nofollow");
      }
    }
    if (node.tagName === "IMG" && !isImageData(node.getAttribute("src") ?? "")) node.remove();
    if (node.tagName === "INPUT") {
      if (node.getAttribute("type") === "checkbox") node.setAttribute("disabled", "");
      else node.remove();
    }
    if (node.hasAttribute("role") && node.getAttribute("role") !== "group") node.removeAttribute("role");
    if (node.hasAttribute("tabindex") && !node.classList.contains("table")) node.removeAttribute("tabindex");
  });
  return (html) =>
    purify.sanitize(html, {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ATTRIBUTES,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      SANITIZE_NAMED_PROPS: true,
    });
}
