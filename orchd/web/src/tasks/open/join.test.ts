import type { TaskJoinRemark, TaskJoinRemarkCode } from "@orchd/client";
import { expect, it } from "vitest";
import { joinText } from "$/tasks/open/join";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly TaskJoinRemarkCode[] }>> };
const CODES = SCHEMA.$defs["TaskJoinRemarkCode"]?.enum ?? [];

function remark(code: TaskJoinRemarkCode): TaskJoinRemark {
  return {
    code,
    model: "joiner@two",
    error: { code: "timeout", message: "slow", reason: "gap" },
    rule: "empty",
    languages: ["en"],
    otherLanguages: ["pt"],
    claims: ["It is red."],
    titles: ["Museums"],
    count: 1200,
  };
}

it("is said for each code, in both languages, and in the daemon's words where there is none", () => {
  expect(CODES.length).toBeGreaterThan(10);
  language.choose("pt-BR");
  const portuguese = CODES.map((code) => joinText([remark(code)], ""));
  expect(joinText([remark("as_they_are"), remark("model_failed")], "")).toMatch(
    /^Os resultados foram reunidos como estão.*\n.*O servidor de modelos parou de responder/,
  );
  expect(joinText([remark("other_language")], "")).toBe("A resposta está em inglês, e a tarefa, em português.");
  language.choose("en");
  const english = CODES.map((code) => joinText([remark(code)], ""));
  expect(new Set([...portuguese, ...english]).size).toBe(2 * CODES.length);
  expect([...portuguese, ...english].join()).not.toContain("undefined");
  expect(joinText([remark("claims_left_out")], "")).toContain("(1,200): “It is red.”");
  expect(
    joinText(
      ["as_they_are", "does_not_hold", "far_longer", "other_language"].map((code) =>
        remark(code as TaskJoinRemarkCode),
      ),
      "",
    ).split("\n"),
  ).toEqual([
    "The results are put together as they are, in order, without a model.",
    "What joiner@two wrote does not say what the results say, and so it was thrown away.",
    "The answer is in English, and the task in Portuguese.",
    "What was wrong with the text that was thrown away:",
    "– It is far longer than the results together.",
  ]);
  const later = { code: "a code of later" as TaskJoinRemarkCode };
  expect(joinText([remark("unmarked"), later], "as it said")).toBe("as it said");
  expect(joinText(null, "as it said")).toBe("as it said");
});
