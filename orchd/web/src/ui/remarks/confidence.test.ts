import type { VerifyClaimItem } from "@orchd/client";
import { expect, it } from "vitest";
import { language } from "$/text/language.svelte";
import { confidenceText } from "$/ui/remarks/confidence";

function claim(verdict: string, judged: string | null = null): VerifyClaimItem {
  return { verdict, judged } as VerifyClaimItem;
}

it("says what is left of 100 points, and that this is no word on the claims", () => {
  const claims = [claim("not_found"), claim("not_found", "supported"), claim("supported", "contradicted")];
  expect(confidenceText({ confidence: 100, threshold: 60, claims: [] })).toBe(
    "Nothing was found that speaks against it, so it keeps all 100 points; 60 are needed.",
  );
  expect(confidenceText({ confidence: 100, threshold: 60, claims })).toMatch(
    /The sources bear out 1 of its 3 claims\.$/,
  );
  language.choose("pt-BR");
  expect(confidenceText({ confidence: 35, threshold: 60, claims })).toBe(
    "O que pesa contra o texto deixa 35 de 100 pontos; são necessários 60. Afirmações que as fontes confirmam: 1 de 3.",
  );
  language.choose("en");
});
