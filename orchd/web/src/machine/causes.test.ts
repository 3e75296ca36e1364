import { afterEach, expect, it } from "vitest";
import { causesText } from "$/machine/causes";
import { texts } from "$/machine/texts";
import { language } from "$/text/language.svelte";

const LIMITS = { cpu: 80, memory: 90, vram: null, disk: 97, reason: "the machine is busy" };
const CAUSES = [
  { what: "cpu", percent: 97, limit: 80 },
  { what: "disk_space", percent: null, limit: null },
] as const;

afterEach(() => language.choose(undefined));

it("what holds tasks back is said in the language of the page", () => {
  language.choose("en");
  expect(causesText({ ...LIMITS, causes: [...CAUSES] }, texts())).toBe(
    "Processor 97% in use, limit 80%; The disk is nearly full",
  );
  language.choose("pt-BR");
  expect(causesText({ ...LIMITS, causes: [...CAUSES] }, texts())).toMatch(
    /^Processador: 97\s?% em uso, limite 80\s?%; O disco/,
  );
});

it("of an older daemon is quoted", () => {
  expect(causesText(LIMITS, texts())).toBe("the machine is busy");
  expect(causesText({ ...LIMITS, causes: [], reason: null }, texts())).toBe("");
});
