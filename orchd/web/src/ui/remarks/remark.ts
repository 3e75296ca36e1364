/** What a check has to say, in the language of the page. */

import type {
  VerifyCriterionName,
  VerifyFailure,
  VerifyRemark,
  VerifyRemarkCode,
  VerifySourceLabel,
  VerifyUnread,
} from "@orchd/client";
import { formatDuration, formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";
import { texts } from "$/ui/remarks/remark-texts";
import { flawText, languagesText, quoted, ruleText } from "$/ui/remarks/rule";
import { sourceText } from "$/ui/remarks/source";

type Texts = ReturnType<typeof texts>;
/** Which sources the daemon has named itself. */
type Labels = readonly VerifySourceLabel[] | undefined;
type Saying = (remark: VerifyRemark, t: Texts, labels: Labels) => string | undefined;

/** The score up to which a judge may have meant it of 10. */
const OF_TEN = 10;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<VerifyRemarkCode, Saying>> = {
  answer_too_long: (_, t) => t.answer_too_long,
  answered: ({ quote }, t) => t.answered(quoted(quote ?? "")),
  approved_none: (remark, t) => t.approved_none(judgeOf(remark, t), numberOf(remark.total)),
  approved_wrong: (remark, t) => t.approved_wrong(judgeOf(remark, t), numberOf(remark.count), numberOf(remark.total)),
  author_away: (_, t) => t.author_away,
  author_failed: ({ error }, t) => t.author_failed(errorText(error)),
  checker_failed: ({ model = "", error }, t) => t.checker_failed(model, errorText(error)),
  checker_unfit: ({ model = "" }, t) => t.checker_unfit(model),
  checkers_late: ({ seconds = 0 }, t) => t.checkers_late(formatDuration(seconds * 1000)),
  claim_contradicted: ({ claim = "", note = "" }, t) => t.claim_contradicted(quoted(claim), note),
  claims_contradict: ({ claim = "", otherClaim = "", note = "" }, t) =>
    t.claims_contradict(quoted(claim), quoted(otherClaim), note),
  claims_left_out: ({ limit }, t) => t.claims_left_out(numberOf(limit)),
  criteria_despite_approval: ({ criteria }, t) => t.criteria_despite_approval(criteriaText(criteria, t)),
  criterion: ({ criteria, note = "" }, t) => t.criterion(criteriaText(criteria, t), note),
  disowned: (_, t) => t.disowned,
  disputed: (_, t) => t.disputed,
  disputed_by_checker: (remark, t, labels) =>
    t.disputed_by_checker(quoted(remark.claim ?? ""), passageOf(remark, t, labels)),
  disputed_by_judge: (remark, t, labels) =>
    t.disputed_by_judge(quoted(remark.claim ?? ""), passageOf(remark, t, labels)),
  ends_repeating: ({ quote = "" }, t) => t.ends_repeating(quoted(quote)),
  entailed: (_, t) => t.entailed,
  examination_failed: ({ model = "", error }, t) => t.examination_failed(model, errorText(error)),
  examination_unreadable: ({ model = "", flaw }, t) => t.examination_unreadable(model, flawText(flaw)),
  faults_despite_approval: (_, t) => t.faults_despite_approval,
  flagged: (_, t) => t.flagged,
  inconsistent: ({ count }, t) => t.inconsistent(numberOf(count)),
  judge_failed: (remark, t) => t.judge_failed(judgeOf(remark, t), errorText(remark.error)),
  judge_shown_part: ({ limit }, t) => t.judge_shown_part(numberOf(limit)),
  language_unread: ({ name, languages }, t, labels) =>
    name === undefined
      ? t.language_unread_answer(languagesText(languages))
      : t.language_unread(quoted(sourceText(name, labels)), languagesText(languages)),
  languages_differ: ({ name = "", languages, otherLanguages }, t, labels) =>
    t.languages_differ(quoted(sourceText(name, labels)), languagesText(otherLanguages), languagesText(languages)),
  missing: ({ quote = "" }, t) => t.missing(quote),
  no_answer: (remark) => ruleText(remark),
  no_model: (_, t) => t.no_model,
  nobody_else: (_, t) => t.nobody_else,
  not_borne_out: ({ claim = "" }, t) => t.not_borne_out(quoted(claim)),
  only_author: (_, t) => t.only_author,
  out_of_scope: ({ note = "" }, t) => t.out_of_scope(note),
  refused_few: (remark, t) => t.refused_few(judgeOf(remark, t), numberOf(remark.count), numberOf(remark.total)),
  repeats: ({ count, quote = "" }, t) => t.repeats(numberOf(count), quoted(quote)),
  said: ({ quote = "" }) => wholeText(quote),
  sample_failed: ({ error }, t) => t.sample_failed(errorText(error)),
  score_despite_refusal: ({ score }, t) => t.score_despite_refusal(numberOf(score)),
  score_too_low: ({ score = 0 }, t) =>
    score >= 1 && score <= OF_TEN ? t.score_of_ten(formatNumber(score)) : t.score_too_low(formatNumber(score)),
  sources_left_out: (_, t) => t.sources_left_out,
  sources_unread: ({ unread = [], count = 0 }, t, labels) =>
    t.sources_unread(
      [
        ...unread.map((each) => unreadText(each, t, labels)),
        ...(count > unread.length ? [t.more_sources(formatNumber(count - unread.length))] : []),
      ].join("; "),
    ),
  texts_alone: (_, t) => t.texts_alone,
  topical: (_, t) => t.topical,
  unread: (_, t) => t.unread,
  unsettled: (_, t) => t.unsettled,
  unsupported: ({ count, total, refuted, claim = "" }, t) =>
    refuted
      ? t.unsupported_refuted(numberOf(count), numberOf(total), numberOf(refuted), quoted(claim))
      : t.unsupported(numberOf(count), numberOf(total), quoted(claim)),
  untried: (remark, t) => t.untried(judgeOf(remark, t), errorText(remark.error)),
  verdict_unreadable: (remark, t) => t.verdict_unreadable(judgeOf(remark, t), flawText(remark.flaw)),
  wrong: ({ quote = "" }, t) => t.wrong(quote),
};

/** One remark; in the daemon's words where an older daemon made none, or a later one uses another code. */
export function remarkText(remark: VerifyRemark | null | undefined, words: string, labels?: Labels): string {
  return (remark && saidBy(remark, labels)) || words;
}

/** Several ones, one after the other; in the daemon's words as a whole where one of them can't be said. */
export function remarksText(
  remarks: readonly VerifyRemark[] | null | undefined,
  words: string,
  { between = " ", labels }: { readonly between?: string; readonly labels?: Labels } = {},
): string {
  const said = (remarks ?? []).map((remark) => saidBy(remark, labels));
  return said.length === 0 || said.includes(undefined) ? words : said.join(between);
}

function saidBy(remark: VerifyRemark, labels: Labels): string | undefined {
  if (!Object.hasOwn(SAYINGS, remark.code)) return undefined;
  return SAYINGS[remark.code as VerifyRemarkCode](remark, texts(), labels)?.trim() || undefined;
}

/** Words of a judge as they stand before sentences of ours. */
function wholeText(words: string): string {
  return words === "" || /[.!?…:]["'”’»)]*$/.test(words.trim()) ? words : `${words.trim()}.`;
}

function judgeOf({ model }: VerifyRemark, t: Texts): string {
  return model ?? t.somebody;
}

function numberOf(number: number | undefined): string {
  return number === undefined ? "" : formatNumber(number);
}

function errorText(error: VerifyFailure | undefined): string {
  return error === undefined ? "" : toldText(error);
}

function criteriaText(criteria: readonly string[] | undefined, t: Texts): string {
  const all: Readonly<Record<VerifyCriterionName, string>> = t.criteria;
  const names: Readonly<Record<string, string>> = all;
  return (criteria ?? []).map((name) => names[name] ?? name).join(", ");
}

function passageOf({ quote, name }: VerifyRemark, t: Texts, labels: Labels): string {
  return quote === undefined ? "" : t.passage(quoted(quote), sourceText(name ?? "", labels));
}

function unreadText({ source, passages = [], more = 0 }: VerifyUnread, t: Texts, labels: Labels): string {
  const named = quoted(sourceText(source, labels));
  if (passages.length === 0) return named;
  const places = passages.map(({ start, end }) => `${formatNumber(start)}–${formatNumber(end)}`);
  return t.passages(named, [...places, ...(more > 0 ? [t.more_passages(formatNumber(more))] : [])].join(", "));
}
