import { describe, expect, it } from "vitest";
import { type Block, MarkdownBlocks } from "$/markdown/blocks";
import { makeSanitizer, showTurning } from "$/markdown/safety";

const sanitize = makeSanitizer(window);

function read(text: string): Block[] {
  return new MarkdownBlocks(sanitize).read(text, true);
}

/** As it is shown, more or less: see `Blocks.svelte`. */
function htmlOf(blocks: readonly Block[]): string {
  const shown = blocks.map((block) => {
    switch (block.kind) {
      case "html":
        return block.html;
      case "code":
        return `<pre>${block.code}</pre>`;
      case "list":
        return `<ul>${block.items.map((item) => `<li>${htmlOf(item.blocks)}</li>`).join("")}</ul>`;
      case "table":
        return `<table><tr>${[block.head, ...block.rows.map((row) => row.html)].join("</tr><tr>")}</tr></table>`;
      default:
        return `<div>${htmlOf(block.blocks)}</div>`;
    }
  });
  return shown.join("");
}

const html = (text: string): string => htmlOf(read(text));

/** What is shown of a text that came in pieces of a size. */
function grown(text: string, size: number): Block[] {
  const growing = new MarkdownBlocks(sanitize);
  for (let end = size; end < text.length; end += size) growing.read(text.slice(0, end), false);
  return growing.read(text, true);
}

const TEXT = `# A heading

A paragraph with *stress*, \`code\` and a [link](https://example.org/a).

* one
* two

  still two

| a | b |
| - | -: |
| 1 | 2 |

\`\`\`python
print("hi")
\`\`\`

> quoted

Last $x^2$ and

$$
\\int_0^1 x
$$
`;

/** What has blocks in it, and what isn't what it seemed to be at first. */
const NESTED = [
  "1. Install:\n\n   ```bash\n   pip install it\n   ```\n\n2. Run:\n   ```\n   it\n   ```\n3. Done\n\nAfter.",
  "* a\n  * b\n    1. c\n\n       d\n    2. e\n* f\n\n\n* g\n",
  "- a\n- b\n-5 degrees\n- c",
  "- a\n- b\n- - -\n- c\n---\nd",
  "- a\n* b\n+ c\n1. d\n2) e",
  "1. a\n\n2. b\n\n10. c\n\n12 apples",
  "- [ ] to do\n- [x] done\n- [x](https://example.org/)\n- []",
  "> a\n> > b\n> 1. c\n>    ```js\n>    d\n>    ```\nlazy\n\ne",
  "> [!NOTE]\n> a\n>\n> b\n\n> [!warning] no\n\n> [!CAUTION]\n> - c",
  "| a | b |\n| - | :-: |\n| 1 | `2` |\n| *3* | |\n| 4 |\n- c\n\n| a |\n| - |\n\nb",
  "- | a |\n  | - |\n  | b |\n  | c |\n\n  d",
  'A[^1] and b[^two], [^none], [a-z][^a-z].\n\n- c[^1]\n- d [link] [^later]\n- e\n\n[^1]: One.\n[^two]: Two\n    goes on.\n\n    ```\n    code\n    ```\n\nBetween.\n\n[^later]: Three\n\n[link]: https://example.org/ "Title"\n',
  "a\r\n\r\n- b\r\n- c\r\n\r\nd",
  `${">".repeat(60)} deep\n\nNot **deep**.`,
];

describe("blocks", () => {
  it("are the same however a text comes", () => {
    for (const text of [TEXT, ...NESTED]) {
      for (const size of [1, 3, 7, 40]) expect(grown(text, size), text).toEqual(read(text));
    }
  });

  it("that have ended are not made again", () => {
    const growing = new MarkdownBlocks(sanitize);
    const before = growing.read("One.\n\nTwo.\n\nThr", false);
    const after = growing.read("One.\n\nTwo.\n\nThree.\n\nFour", false);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after.map(({ key }) => key)).toEqual([0, 1, 2, 3]);
  });

  it("keep what has ended of a list and of a table", () => {
    for (const [begin, more] of [
      ["- a\n- **b**\n- c", "d\n- e\n  - f"],
      ["| a |\n| - |\n| b |\n| c |\n| d", " e |\n| f |"],
    ] as const) {
      const growing = new MarkdownBlocks(sanitize);
      const parts = (text: string): readonly object[] => {
        const [block] = growing.read(text, false);
        return block?.kind === "list" ? block.items : block?.kind === "table" ? block.rows : [];
      };
      const before = parts(begin);
      const after = parts(begin + more);
      expect(after.slice(0, 2).every((part, index) => part === before[index])).toBe(true);
      expect(after.length).toBe(before.length + 1);
    }
  });

  it("in lists and quotes are blocks of their own", () => {
    expect(read("1. Install:\n\n   ```bash\n   pip install it\n   ```\n> ```js\n> a\n> ```")).toMatchObject([
      {
        kind: "list",
        items: [{ blocks: [{ kind: "html" }, { kind: "code", code: "pip install it", language: "bash" }] }],
      },
      { kind: "quote", blocks: [{ kind: "code", code: "a", language: "js" }] },
    ]);
    expect(read("- [x] a\n- [ ] b\n- c")).toMatchObject([{ items: [{ checked: true }, { checked: false }, {}] }]);
  });

  it("know footnotes and remarks, and leave what only looks like them", () => {
    expect(html("A[^1]: b.\n\n[^1]: One.")).toContain('<a class="footnote" href="#note-1">1</a>');
    expect(read("A[^1].\n\n[^1]: One.").at(-1)).toMatchObject({ kind: "note", label: "1" });
    expect(html("A[^1] of [^a-z].\n")).toContain("A[^1] of [^a-z].");
    expect(read("> [!TIP]\n> Do.")).toMatchObject([{ kind: "quote", alert: "tip" }]);
    expect(html("> [!TIP]\n> Do.")).not.toContain("TIP");
    expect(html("> [!TIPS]\n> Do.")).toContain("[!TIPS]");
  });

  it("that are nested too deeply leave the others as they are", () => {
    const shown = read(`${"> ".repeat(60)}deep\n\n## Heading\n\n${"- ".repeat(60)}deep\n\n**bold**`);
    expect(shown.map(({ kind }) => kind)).toEqual(["html", "html", "list", "html"]);
    expect(htmlOf(shown.slice(1, 2))).toContain("<h2>");
    expect(htmlOf(shown.slice(3))).toContain("<strong>");
  });

  it("begin anew with another text", () => {
    const one = new MarkdownBlocks(sanitize);
    one.read("First.\n\nSecond.\n\nThird.", true);
    expect(one.read("Other", true)).toEqual(read("Other"));
  });

  it("leave an open fence open until it is closed", () => {
    expect(read("```js\nlet a")).toMatchObject([{ kind: "code", code: "let a", language: "js" }]);
    const growing = new MarkdownBlocks(sanitize);
    expect(growing.read("```js\nlet a", false)).toMatchObject([{ closed: false }]);
    expect(growing.read("```js\nlet a\n```", false)).toMatchObject([{ closed: true, code: "let a" }]);
  });

  it("survive what is nested or long beyond reason", () => {
    for (const text of [
      ">".repeat(5000),
      "- ".repeat(3000),
      "[".repeat(20_000),
      "*a ".repeat(20_000),
      "x".repeat(300_000),
      "$".repeat(4000),
      "$a ".repeat(4000),
      "\\(a ".repeat(4000),
      "$$\na\n".repeat(1000),
      `| a | b |\n| - | - |\n${"| 1 | 2 |\n".repeat(200)}`,
      "<b>".repeat(200),
      "[a](<".repeat(1000),
      "`".repeat(10_000),
      "| a ".repeat(500),
      "> a\n".repeat(2000),
      Array.from({ length: 300 }, (_, depth) => `${">".repeat(depth)} a`).join("\n"),
      Array.from({ length: 300 }, (_, depth) => `${" ".repeat(2 * depth)}- a`).join("\n"),
      "> - ".repeat(500),
      "[^a]: ".repeat(2000),
      "[^a]: b\n".repeat(2000),
      "[^a] ".repeat(5000),
    ]) {
      expect(html(text).length).toBeGreaterThan(0);
    }
  });

  it("know a formula from two prices", () => {
    expect(html("It costs $5 or $6.")).not.toContain("math");
    expect(html("So $a+b$ is")).toContain('<span class="math">a+b</span>');
    expect(html("$$\na\n$$\n")).toContain('class="math math-block"');
    expect(html("\\(x\\) and \\[y\\]")).toContain("math");
    const shown = html("Since $$\\int_0^1 x\\,dx$$ is half, and \\[ y \\] is not: $$ z $$.");
    expect(shown.match(/<p>/g), "a sentence stays one").toHaveLength(1);
    expect(shown.match(/math-block">[^<]*/g)).toEqual(
      ["\\int_0^1 x\\,dx", "y", "z"].map((each) => `math-block">${each}`),
    );
    expect(html("$$ and $5 or $6$7 $ x $")).not.toContain("math");
  });
});

describe("a stranger's text", () => {
  const HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "<a href=' javascript:alert(1)'>a</a>",
    "<svg onload=alert(1)><style>*{}</style></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=//example.org></iframe><object data=x></object><embed src=x>",
    "<form action=/logout><button>a</button><input name=x></form>",
    "<p style='position:fixed;inset:0' id=page class='notices' onclick=alert(1)>a</p>",
    "<base href=//example.org><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "![a](https://example.org/track.png)",
    "![a](/logout)",
    "<input type=text><details ontoggle=alert(1) open>a</details>",
    '<a href="//example.org" target=_top>a</a><a href="/settings">b</a>',
  ];

  it.each(HOSTILE)("does nothing: %s", (text) => {
    const place = document.createElement("div");
    place.innerHTML = html(text);
    expect(
      place.querySelector("script, style, svg, math, iframe, object, embed, form, button, base, meta, link, img"),
    ).toBeNull();
    for (const element of place.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^style$|^id$|^name$/);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:)/);
        if (name === "class") expect(value).toMatch(/^(footnote|picture|table|plain|math( math-block)?)$/);
      }
    }
    for (const link of place.querySelectorAll("a[href]")) {
      expect(link.getAttribute("rel")).toContain("noopener");
      expect(link.getAttribute("target")).toBe("_blank");
    }
  });

  it("can't hide in code what turns its direction, nor where a picture comes from", () => {
    expect(html("`a\u202eb`")).toContain("<code>a[U+202E]b</code>");
    expect(showTurning("if (\u2067x\u2069)")).toBe("if ([U+2067]x[U+2069])");
    expect(html("![a cat](https://user@example.org/x.png)")).toContain("a cat (example.org)");
    expect(html("![](https://example.org/x.png)")).toContain(">example.org<");
  });

  it("keeps the link around a picture, and the words in it", () => {
    const place = document.createElement("div");
    const links = (text: string): (string | null)[][] => {
      place.innerHTML = html(text);
      const found = [...place.querySelectorAll("a")];
      return found.map((link) => [
        link.className,
        link.getAttribute("href"),
        link.getAttribute("title"),
        link.textContent,
      ]);
    };
    const [pic, to] = ["https://pics.example/a.png", "https://to.example/page"];
    const picture = ["picture", pic, to, "a cat (pics.example)"];
    const words = (text: string): string[] => ["", to, to, text];
    expect(links(`[![a cat](${pic})](${to})`)).toEqual([picture]);
    expect(links(`[See ![a cat](${pic}) *here*](${to})`)).toEqual([words("See "), picture, words(" here")]);
    expect(links(`[*![a cat](${pic})*](${to})`)).toEqual([picture]);
    expect(links(`[![a cat](${pic})](javascript:alert)`)).toEqual([["picture", pic, null, "a cat (pics.example)"]]);
    expect(links(`[![a](data:image/png;base64,AAAA)](${to})`)).toEqual([words("")]);
    expect(links(`[](${to})`)).toEqual([]);
  });

  it("has links that say where they lead", () => {
    expect(html("[bank.example](https://evil.example/a)")).toContain('title="https://evil.example/a"');
  });

  it("shows pictures that it brings along, and no others", () => {
    expect(html("![a](data:image/png;base64,AAAA)")).toContain("<img");
    expect(html("![a](data:image/svg+xml;base64,AAAA)")).not.toContain("<img");
  });

  it("reads a long text in blocks, as if it came", () => {
    const text = "A paragraph of some **words**.\n\n```\ncode\n```\n\n".repeat(6000);
    const blocks = new MarkdownBlocks((given) => given).read(text, true);
    expect(blocks.length).toBe(12_000);
    expect(
      blocks.every((block) => block.kind === "code" || (block.kind === "html" && !block.html.includes("plain"))),
    ).toBe(true);
  });
});
