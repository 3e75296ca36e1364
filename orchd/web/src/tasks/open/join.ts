/** How the results of a task were joined, in the language of the page. */

import type { TaskJoinRemark, TaskJoinRemarkCode } from "@orchd/client";
import { texts } from "$/tasks/open/join-texts";
import { formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";
import { languagesText, quoted, ruleText } from "$/ui/remarks/rule";

type Saying = (remark: TaskJoinRemark, t: ReturnType<typeof texts>) => string | undefined;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<TaskJoinRemarkCode, Saying>> = {
  as_they_are: (_, t) => t.as_they_are,
  claims_left_out: ({ count = 0, claims }, t) => t.claims_left_out(formatNumber(count), listed(claims, " ")),
  cut_off: ({ model = "" }, t) => t.cut_off(model),
  does_not_hold: ({ model = "" }, t) => t.does_not_hold(model),
  far_longer: (_, t) => t.far_longer,
  far_shorter: (_, t) => t.far_shorter,
  invented: ({ claims }, t) => t.invented(listed(claims, " ")),
  model_failed: ({ error }, t) => t.model_failed(error === undefined ? "" : toldText(error)),
  no_answer: (remark) => ruleText(remark),
  other_language: ({ languages, otherLanguages }, t) =>
    t.other_language(languagesText(languages), languagesText(otherLanguages)),
  result_missing: ({ titles }, t) => t.result_missing(listed(titles, ", ")),
  too_long: (_, t) => t.too_long,
  too_long_for_models: (_, t) => t.too_long_for_models,
  unmarked: ({ titles }, t) => t.unmarked(listed(titles, ", ")),
};

/** What a text has that was thrown away, where results are put together as they are. */
const FLAWS: ReadonlySet<string> = new Set<TaskJoinRemarkCode>([
  "claims_left_out",
  "far_longer",
  "far_shorter",
  "invented",
  "no_answer",
  "result_missing",
  "too_long",
]);

/** A sentence a line; in the daemon's words where an older one made no codes, or a later one others. */
export function joinText(remarks: readonly TaskJoinRemark[] | null | undefined, words: string): string {
  const t = texts();
  const all = remarks ?? [];
  const said = all.map((remark) =>
    Object.hasOwn(SAYINGS, remark.code) ? SAYINGS[remark.code as TaskJoinRemarkCode](remark, t)?.trim() : undefined,
  );
  if (said.length === 0 || said.includes(undefined)) return words;
  if (all[0]?.code !== "as_they_are") return said.join("\n");
  const isFlaw = all.map(({ code }) => FLAWS.has(code));
  const flaws = said.filter((_, at) => isFlaw[at]).map((line) => `– ${line}`);
  return [...said.filter((_, at) => !isFlaw[at]), ...(flaws.length > 0 ? [t.discarded, ...flaws] : [])].join("\n");
}

function listed(said: readonly string[] | undefined, between: string): string {
  return (said ?? []).map(quoted).join(between);
}
