import { expect, it } from "vitest";

const SOURCES = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
/** Svelte drops the space that a block begins with, so that the dot would stick to what stands before it. */
const STUCK = /\{(?:#|:else)[^\n]*\}\s+[·–—]/;

it("what separates parts of a line keeps the space before it", () => {
  expect("{a}{#if b}\n    · {b}{/if}").toMatch(STUCK);
  expect(Object.keys(SOURCES).length).toBeGreaterThan(0);
  expect(Object.entries(SOURCES).flatMap(([path, source]) => (STUCK.test(source) ? [path] : []))).toEqual([]);
});
