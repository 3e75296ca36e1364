/** What a check has left of its 100 points, and what that means, in the language of the page. */

import type { VerifyClaimItem, VerifyLedger } from "@orchd/client";
import { defineTexts, formatNumber } from "$/text/language.svelte";

const texts = defineTexts(
  {
    untouched: (threshold: string) =>
      `Nothing was found that speaks against it, so it keeps all 100 points; ${threshold} are needed.`,
    reduced: (points: string, threshold: string) =>
      `What speaks against it leaves ${points} of 100 points; ${threshold} are needed.`,
    borne_out: (supported: string, all: string) => `The sources bear out ${supported} of its ${all} claims.`,
  },
  {
    untouched: (threshold) =>
      `Nada foi encontrado contra o texto, que mantém os 100 pontos; são necessários ${threshold}.`,
    reduced: (points, threshold) =>
      `O que pesa contra o texto deixa ${points} de 100 pontos; são necessários ${threshold}.`,
    borne_out: (supported, all) => `Afirmações que as fontes confirmam: ${supported} de ${all}.`,
  },
);

export function confidenceText({
  confidence,
  threshold,
  claims,
}: Pick<VerifyLedger, "confidence" | "threshold" | "claims">): string {
  const t = texts();
  const needed = formatNumber(threshold);
  const left = confidence === 100 ? t.untouched(needed) : t.reduced(formatNumber(confidence), needed);
  if (claims.length === 0) return left;
  return `${left} ${t.borne_out(formatNumber(claims.filter(isBorneOut).length), formatNumber(claims.length))}`;
}

/** What a judge says of a claim counts before what its words alone tell. */
function isBorneOut({ judged, verdict }: VerifyClaimItem): boolean {
  return (judged ?? verdict) === "supported";
}
