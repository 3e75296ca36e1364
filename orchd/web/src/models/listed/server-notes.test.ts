import type { BackendNote, BackendNoteCode } from "@orchd/client";
import { expect, it } from "vitest";
import { notesText } from "$/models/listed/server-notes";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly BackendNoteCode[] }>> };
const CODES = SCHEMA.$defs["BackendNoteCode"]?.enum ?? [];

function note(code: BackendNoteCode): BackendNote {
  return { code, text: "in the daemon's words", count: 5000, limit: 1000, httpStatus: 404, files: ["a.gguf"] };
}

it("is said for each code, in both languages, and nothing where there is nothing", () => {
  expect(CODES).toHaveLength(6);
  language.choose("pt-BR");
  const portuguese = CODES.map((code) => notesText([note(code)]));
  language.choose("en");
  const english = CODES.map((code) => notesText([note(code)]));
  expect(new Set([...portuguese, ...english]).size).toBe(2 * CODES.length);
  expect([...portuguese, ...english].join()).not.toMatch(/undefined|daemon's words/);
  expect(notesText([note("list_cut")])).toBe("It lists 5,000 models; the first 1,000 are known here.");
  expect(notesText([note("a code of a later daemon" as BackendNoteCode)])).toBe("in the daemon's words");
  expect(notesText([])).toBeUndefined();
  expect(notesText(undefined)).toBeUndefined();
});
