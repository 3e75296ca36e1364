import { describe, expect, it } from "vitest";
import { type Entry, entryKey, findEntries, slashQuery } from "./entries.svelte";

const entry = (kind: Entry["kind"], id: number, name: string, description = ""): Entry =>
  ({ kind, item: { id, name, description, category: "" } }) as Entry;

const ALL = [
  entry("prompt", 1, "Summary", "in a line"),
  entry("template", 1, "Letter"),
  entry("assistant", 3, "Summer guide"),
  entry("prompt", 4, "Weekly summary"),
];

describe("what / offers", () => {
  it("is looked for in a line that begins with it", () => {
    expect(slashQuery("/")).toBe("");
    expect(slashQuery("/sum up")).toBe("sum up");
    for (const text of ["", "a /b", "/usr/bin", "/a\nb", ` /a`, `/${"x".repeat(61)}`]) {
      expect(slashQuery(text)).toBeUndefined();
    }
  });

  it("is found by all words, names that begin so first", () => {
    expect(findEntries(ALL, "summ").map(entryKey)).toEqual(["prompt-1", "assistant-3", "prompt-4"]);
    expect(findEntries(ALL, "LINE sum").map(entryKey)).toEqual(["prompt-1"]);
    expect(findEntries(ALL, "")).toHaveLength(4);
    expect(findEntries(ALL, "nothing")).toEqual([]);
  });
});
