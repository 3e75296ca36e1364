import type { ModelGround, ModelGroundCode } from "@orchd/client";
import { expect, it } from "vitest";
import { groundsText } from "$/models/compared/grounds";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly ModelGroundCode[] }>> };
const CODES = SCHEMA.$defs["ModelGroundCode"]?.enum ?? [];

function ground(code: ModelGroundCode): ModelGround {
  return { code, taskType: "code", size: "7B", difficulty: 7, value: 4.5, count: 8192, total: 9000 };
}

it("is said for each code, in both languages, and in the daemon's words where there is none", () => {
  expect(CODES.length).toBeGreaterThan(12);
  language.choose("pt-BR");
  const portuguese = CODES.map((code) => groundsText([ground(code)], []));
  expect(groundsText([ground("rated"), ground("loaded")], [])).toBe("avaliado com 4,5 de 5 (8.192×); está carregado");
  language.choose("en");
  const english = CODES.map((code) => groundsText([ground(code)], []));
  expect(new Set([...portuguese, ...english]).size).toBe(2 * CODES.length);
  expect([...portuguese, ...english].join()).not.toMatch(/undefined|^$/);
  const later = { code: "a code of later" as ModelGroundCode };
  expect(groundsText([ground("loaded"), later], ["it is", "as it said"])).toBe("it is loaded; as it said");
  expect(groundsText(undefined, ["as", "it said"])).toBe("as; it said");
});
