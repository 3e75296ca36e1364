import { describe, expect, it } from "vitest";
import { plain, SentenceReader } from "$/chat/reading/sentences";

const TEXT = `# On parrots

A **parrot** is a bird. It can [talk](https://example.org), e.g. in Lisbon.

\`\`\`python
print("not read. Never.")
\`\`\`

* one item
* another one

The end without a stop`;

function readIn(size: number): string[] {
  const reader = new SentenceReader("en");
  const said: string[] = [];
  for (let end = size; end < TEXT.length; end += size) said.push(...reader.read(TEXT.slice(0, end), false, "Code."));
  return [...said, ...reader.read(TEXT, true, "Code.")];
}

describe("what is heard of an answer", () => {
  it("is whole sentences without signs, and no code", () => {
    expect(readIn(TEXT.length)).toEqual([
      "On parrots",
      "A parrot is a bird.",
      "It can talk, e.g. in Lisbon.",
      "Code.",
      "one item",
      "another one",
      "The end without a stop",
    ]);
  });

  it.each([1, 2, 5, 17])("is each word once, however it comes: %s", (size) => {
    const words = readIn(size).join(" ").split(" ");
    expect(words).toEqual(readIn(TEXT.length).join(" ").split(" "));
  });

  it("does not wait for ever for a sentence to end", () => {
    const reader = new SentenceReader("en");
    expect(reader.read("word ".repeat(50), false, "")).toEqual([]);
    expect(reader.read("word ".repeat(100), false, "").length).toBe(1);
  });

  it("is nothing where there is only form", () => {
    expect(plain("| --- | --- |")).toBe("");
    expect(plain("***")).toBe("");
    expect(plain("It is **bold**, _so_, and `snake_case`.")).toBe("It is bold, so, and snake_case.");
  });
});
