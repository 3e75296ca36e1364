import type { ResponseRule, VerifyFlawCode, VerifyRemark, VerifyRemarkCode } from "@orchd/client";
import { beforeEach, describe, expect, it } from "vitest";
import { language } from "$/text/language.svelte";
import { remarksText, remarkText } from "$/ui/remarks/remark";
import { flawText, languagesText, ruleText } from "$/ui/remarks/rule";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly string[] }>> };

function codesOf(name: string): readonly string[] {
  return SCHEMA.$defs[name]?.enum ?? [];
}

/** All that a remark may hold. */
function whole(code: string): VerifyRemark {
  return {
    code: code as VerifyRemarkCode,
    role: "validator",
    model: "judge@two",
    error: { code: "timeout", message: "slow", reason: "gap" },
    flaw: { code: "member_missing", member: "approved" },
    rule: "refusal",
    quote: "I can't.",
    note: "so they say",
    name: "Guide",
    claim: "It is red.",
    otherClaim: "It is blue.",
    method: "number",
    languages: ["de"],
    otherLanguages: ["en"],
    criteria: ["complete"],
    unread: [{ source: "Guide", passages: [{ start: 0, end: 20 }], more: 2 }],
    count: 3,
    total: 1200,
    refuted: 1,
    limit: 80,
    score: 60,
    seconds: 90,
  };
}

/** What `say` makes of each code in both languages: all of it said, each in its own words, none of it the daemon's. */
function expectBoth(codes: readonly string[], least: number, say: (code: string) => string | undefined): void {
  expect(codes.length).toBeGreaterThan(least);
  language.choose("pt-BR");
  const portuguese = codes.map(say);
  language.choose("en");
  const english = codes.map(say);
  for (const said of [portuguese, english]) {
    expect(said.filter((each) => !each || each.includes("undefined"))).toEqual([]);
    expect(new Set(said).size).toBe(codes.length);
  }
  expect(english.filter((each) => portuguese.includes(each))).toEqual([]);
}

describe("what a check has to say", () => {
  beforeEach(() => language.choose("pt-BR"));

  it("is there for each code, in both languages", () => {
    const codes = codesOf("VerifyRemarkCode").filter((code) => code !== "said");
    expectBoth(codes, 45, (code) => remarkText(whole(code), ""));
    expect(remarkText(whole("said"), "")).toBe("I can't.");
  });

  it("is there for each rule of answers and each flaw of a judge's JSON", () => {
    expectBoth(codesOf("ResponseRule"), 15, (rule) =>
      ruleText({ ...whole("no_answer"), quote: rule === "cut_off" ? "" : "I can't.", rule: rule as ResponseRule }),
    );
    expectBoth(codesOf("VerifyFlawCode"), 15, (code) => flawText({ code: code as VerifyFlawCode, member: "score" }));
    expect(flawText({ code: "a flaw of later" as VerifyFlawCode })).toBe("");
  });

  it("names figures, models, languages and places", () => {
    expect(remarkText(whole("approved_wrong"), "")).toBe(
      "A aprovação de judge@two não verifica nada: no teste como juiz, ele aprovou 3 de 1.200 resultados errados.",
    );
    expect(remarkText(whole("judge_failed"), "")).toMatch(/^judge@two não pôde ser consultado\. .*parou de responder/);
    expect(remarkText(whole("languages_differ"), "")).toContain("“Guide”, em inglês");
    expect(remarkText({ code: "language_unread", languages: ["da", "no"] }, "")).toContain("dinamarquês ou norueguês");
    expect(remarkText(whole("sources_unread"), "")).toContain("0–20, mais 2 trechos de “Guide”; mais 2 fontes");
    const labels = [{ name: "message 7", kind: "message", messageId: 7 }] as const;
    for (const remark of [
      { code: "languages_differ", name: "message 7", languages: ["en"], otherLanguages: ["pt"] },
      { code: "language_unread", name: "message 7", languages: ["de"] },
      { code: "disputed_by_judge", claim: "x", quote: "y", name: "message 7" },
      {
        code: "sources_unread",
        unread: [{ source: "message 7" }, { source: "message 7", passages: [{ start: 0, end: 9 }] }],
      },
    ] as const) {
      const said = remarksText([remark as unknown as VerifyRemark], "", { labels });
      expect(said).toContain("a mensagem 7");
      expect(said).not.toContain("message 7");
    }
    expect(remarkText({ code: "score_too_low", score: 9 }, "")).toContain("ou de 10");
    expect(remarkText({ code: "no_answer", rule: "cut_off", quote: "tool_calls" }, "")).toContain("“tool_calls”");
    expect(remarkText({ code: "unsupported", count: 1, total: 2, claim: "x" }, "")).not.toContain("contraditas");
    expect(languagesText(["und-Cyrl"])).toMatch(/cirílico/);
  });

  it("is the daemon's where an older one made no codes, or a later one others", () => {
    const later = { code: "a code of later" as VerifyRemarkCode };
    expect(remarkText(null, "as it said")).toBe("as it said");
    expect(remarkText(later, "as it said")).toBe("as it said");
    expect(remarksText([], "as it said")).toBe("as it said");
    expect(remarksText(undefined, "as it said")).toBe("as it said");
    expect(remarksText([{ code: "unsettled" }, later], "as it said")).toBe("as it said");
    expect(remarksText([{ code: "no_answer", rule: "a rule of later" as ResponseRule }], "as it said")).toBe(
      "as it said",
    );
    for (const quote of ["Bom.", "Bom"]) {
      expect(remarksText([{ code: "said", quote }, { code: "unsettled" }], "as it said")).toBe(
        "Bom. Nenhum modelo conseguiu decidir; uma pessoa precisa fazê-lo.",
      );
    }
    expect(remarksText([{ code: "said", quote: "(Bom!)" }], "as it said")).toBe("(Bom!)");
  });
});
