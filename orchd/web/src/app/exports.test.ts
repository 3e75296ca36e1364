import { expect, it } from "vitest";

const SOURCES = import.meta.glob<string>(["/src/**/*.svelte", "/src/**/*.ts"], {
  eager: true,
  query: "?raw",
  import: "default",
});

/** Every word of each file, by its path. */
const WORDS = Object.entries(SOURCES).map(([path, source]) => [path, new Set(source.match(/\w+/g))] as const);

it("what a module gives to others is wanted by another one", () => {
  const unwanted: string[] = [];
  for (const [path, source] of Object.entries(SOURCES)) {
    for (const [, name = ""] of source.matchAll(/^export (?:async )?(?:const|let|function\*?|class) (\w+)/gm)) {
      if (!WORDS.some(([other, words]) => other !== path && words.has(name))) unwanted.push(`${path} ${name}`);
    }
  }
  expect(unwanted).toEqual([]);
});
