import type { SubtaskCause, SubtaskCauseCode, TaskCause, TaskCauseCode, TaskFailure } from "@orchd/client";
import { causesText } from "$/machine/causes";
import { texts as machineTexts } from "$/machine/texts";
import { texts } from "$/tasks/open/cause-texts";
import { formatMoment, formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Texts = ReturnType<typeof texts>;
type Saying = (cause: TaskCause, t: Texts) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<TaskCauseCode, Saying>> = {
  brakes: ({ brakes }) => causesText({ causes: brakes, reason: null }, machineTexts()),
  budget_calls: (cause, t) => t.budget_calls(...spentOf(cause)),
  budget_minutes: (cause, t) => t.budget_minutes(...spentOf(cause)),
  budget_tokens: (cause, t) => t.budget_tokens(...spentOf(cause)),
  cancelled: (_, t) => t.cancelled,
  circle: (_, t) => t.circle,
  decision: (cause, t) => t.decision(titlesOf(cause, t)),
  defect: (cause, t) => t.defect(errorOf(cause, t)),
  dependencies: (_, t) => t.dependencies,
  dependency_question: (_, t) => t.dependency_question,
  dependency_refused: ({ note }, t) => withNote(t.dependency_refused, note, t),
  joining_again: (cause, t) => t.joining_again(errorOf(cause, t)),
  no_judge: (cause, t) => t.no_judge(titlesOf(cause, t)),
  no_result: (_, t) => t.no_result,
  not_joined: (cause, t) => t.not_joined(errorOf(cause, t)),
  not_planned: (cause, t) => t.not_planned(errorOf(cause, t)),
  paused: (_, t) => t.paused,
  plan_question: (_, t) => t.plan_question,
  plan_refused: (_, t) => t.plan_refused,
  planning_again: (cause, t) => t.planning_again(errorOf(cause, t)),
  quota: ({ endsAt }, t) => t.quota(endsAt === undefined ? "" : formatMoment(endsAt)),
  subtasks_lost: (cause, t) =>
    t.subtasks_lost(formatNumber(cause.lost ?? 0), formatNumber(cause.total ?? 0), titlesOf(cause, t)),
};

/** Why a task stands as it does; undefined where that isn't told, or by a code of a later daemon. */
export function causeText(cause: TaskCause | null | undefined): string | undefined {
  if (cause === null || cause === undefined || !Object.hasOwn(SAYINGS, cause.code)) return undefined;
  return SAYINGS[cause.code as TaskCauseCode](cause, texts());
}

const SUBTASK_SAYINGS: Readonly<Record<SubtaskCauseCode, (cause: SubtaskCause, t: Texts) => string>> = {
  dependency_refused: ({ note }, t) => withNote(t.step_dependency_refused, note, t),
  failed: (cause, t) => errorOf(cause, t),
  needed_lost: ({ title = "" }, t) => t.needed_lost(t.quoted(title)),
  result_refused: ({ note }, t) => withNote(t.result_refused, note, t),
  step_refused: ({ note }, t) => withNote(t.step_refused, note, t),
};

/** Why a step of a task stands as it does; undefined where that isn't told, or by a code of a later daemon. */
export function subtaskCauseText(cause: SubtaskCause | null | undefined): string | undefined {
  if (cause === null || cause === undefined || !Object.hasOwn(SUBTASK_SAYINGS, cause.code)) return undefined;
  return SUBTASK_SAYINGS[cause.code as SubtaskCauseCode](cause, texts()) || undefined;
}

function withNote(said: string, note: string | undefined, t: Texts): string {
  return note ? `${said} ${t.quoted(note)}` : said;
}

function spentOf({ spent = 0, limit = 0 }: TaskCause): [string, string] {
  return [formatNumber(spent, 2), formatNumber(limit, 2)];
}

function titlesOf({ titles = [] }: TaskCause, t: Texts): string {
  return titles.map((title) => t.quoted(title)).join(", ");
}

function errorOf({ error }: { readonly error?: TaskFailure | undefined }, t: Texts): string {
  if (error === undefined) return "";
  return error.code === "interrupted" ? t.interrupted : toldText(error);
}
