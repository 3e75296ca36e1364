/** Why a text is no answer, and why the JSON of a judge can't be relied on, in the language of the page. */

import type { ResponseRule, VerifyFlaw, VerifyFlawCode } from "@orchd/client";
import { language } from "$/text/language.svelte";
import { texts } from "$/ui/remarks/rule-texts";

/** A rule that a text breaks, with what it is about. */
export interface Breach {
  readonly rule?: string | undefined;
  readonly quote?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly otherLanguages?: readonly string[] | undefined;
}

type Saying = (...about: string[]) => string;

/** Undefined for a rule of a later daemon. */
export function ruleText({ rule, quote = "", languages, otherLanguages }: Breach): string | undefined {
  const t = texts();
  const sayings: Readonly<Record<ResponseRule, Saying>> = t.rules;
  if (rule === undefined || !Object.hasOwn(sayings, rule)) return undefined;
  if (rule === "cut_off" && quote !== "") return t.ended(quoted(quote));
  return sayings[rule as ResponseRule](quoted(quote), languagesText(languages), languagesText(otherLanguages));
}

/** Empty where none is told, or one of a later daemon. */
export function flawText(flaw: VerifyFlaw | undefined): string {
  const sayings: Readonly<Record<VerifyFlawCode, Saying>> = texts().flaws;
  if (flaw === undefined || !Object.hasOwn(sayings, flaw.code)) return "";
  return sayings[flaw.code as VerifyFlawCode](quoted(flaw.member ?? ""));
}

/** Languages that are not told apart, one of which it is. */
export function languagesText(tags: readonly string[] | undefined): string {
  const { locale } = language;
  const names = new Intl.DisplayNames(locale, { type: "language" });
  return new Intl.ListFormat(locale, { type: "disjunction" }).format((tags ?? []).map((tag) => names.of(tag) ?? tag));
}

export function quoted(text: string): string {
  return `“${text}”`;
}
