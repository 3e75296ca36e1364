import { describe, expect, it } from "vitest";
import { language } from "$/text/language.svelte";

type Texts = Readonly<Record<string, unknown>>;

const MODULES = import.meta.glob<Record<string, unknown>>(["/src/**/texts.ts", "/src/**/*-texts.ts"], { eager: true });
const SOURCES = import.meta.glob<string>(
  ["/src/**/*.svelte", "/src/**/*.ts", "!/src/**/*texts.ts", "!/src/**/*.test.ts"],
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

/** What is the same word in both languages. */
const SAME = new Set([
  "Editor",
  "English",
  "Id",
  "Menu",
  "Português (Brasil)",
  "Prompt",
  "Prompts",
  "SHA-256",
  "Template",
  "Templates",
  "Tokens",
  "token",
  "Top P",
  "–",
]);
/** Names that are put together where they are used. */
const MADE = [/^scope_/];
/** Texts whose use has a test of its own, or whose names come from the daemon. */
const ELSEWHERE = /(?:member|preference|deed)-texts\.ts$/;

function tables(): [string, () => Texts][] {
  return Object.entries(MODULES).flatMap(([path, module]) =>
    Object.entries(module)
      .filter(([name]) => ["texts", "labels", "choices"].includes(name))
      .map(([, table]) => [path, table as () => Texts] as [string, () => Texts]),
  );
}

function flat(texts: Texts, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]) => {
    if (typeof text === "string") return [[before + key, text]];
    return typeof text === "object" && text !== null ? flat(text as Texts, `${before}${key}.`) : [];
  });
}

describe("the texts of the page", () => {
  it("are in both languages, and not by mistake in one of them twice", () => {
    const twice: string[] = [];
    for (const [path, table] of tables()) {
      language.choose("en");
      const english = flat(table());
      language.choose("pt-BR");
      const portuguese = new Map(flat(table()));
      for (const [key, text] of english) {
        if (text === "") continue;
        if (portuguese.get(key) === text && !SAME.has(text)) twice.push(`${path} ${key}: ${text}`);
        expect(portuguese.get(key), `${path} ${key}`).toBeTruthy();
      }
    }
    expect(twice).toEqual([]);
  });

  it("are all used", () => {
    const used = new Set(
      Object.values(SOURCES)
        .flatMap((source) => source.match(/[A-Za-z_][\w.]*/g) ?? [])
        .flatMap((word) => word.split(".")),
    );
    const unused = tables()
      .filter(([path]) => !ELSEWHERE.test(path))
      .flatMap(([path, table]) => Object.keys(table()).map((key) => [path, key] as const))
      .filter(([, key]) => !used.has(key) && !MADE.some((each) => each.test(key)));
    expect(unused).toEqual([]);
  });
});
