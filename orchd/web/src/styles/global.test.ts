import { expect, it } from "vitest";

const SOURCES = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
/** What floats hangs below the document, out of reach of a component's own styles. */
const FLOATING = /^floating-[a-z-]+$/;

it("styles for the whole page are of what floats, under names that nothing else has", () => {
  const found = Object.entries(SOURCES).flatMap(([path, source]) =>
    [...source.matchAll(/^\s*:global\(\.([\w-]+)/gm)].map((match) => [path, match[1] ?? ""] as const),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(([, name]) => !FLOATING.test(name))).toEqual([]);
});
