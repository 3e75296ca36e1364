/** What a line of a task's log tells, in the language of the page. */

import type { LogFact, LogFactCode, StepKind } from "@orchd/client";
import { texts } from "$/tasks/log/fact-texts";
import { causeText, subtaskCauseText } from "$/tasks/open/cause";
import { formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Texts = ReturnType<typeof texts>;
type Saying = (fact: LogFact, t: Texts, own: boolean) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<LogFactCode, Saying>> = {
  answered: ({ question, answered, note }, t, own) => {
    const said = (answered === "refused" ? t.refused : t.approved)(whoText(own, t), questionOf(question, t));
    return note ? `${said} “${note}”` : said;
  },
  asked: ({ question }, t, own) => (own ? t.asked_you : t.asked)(questionOf(question, t)),
  cancel_wanted: (_, t, own) => t.cancel_wanted(whoText(own, t)),
  changed: (_, t, own) => t.changed(whoText(own, t)),
  check_unasked: ({ attempt }, t) => t.check_unasked(numberOf(attempt)),
  checked: ({ outcome, attempt, score }, t) =>
    joined(named(t.outcomes, outcome)?.(numberOf(attempt)), score === undefined ? "" : t.score(formatNumber(score))),
  compared: ({ attempts = [], attempt }, t) =>
    t.compared(numberOf(attempts[0]), numberOf(attempts[1]), numberOf(attempt)),
  created: (_, t) => t.created,
  dependency_added: ({ taskId }, t) => t.dependency_added(String(taskId ?? "")),
  dependency_removed: ({ taskId }, t) => t.dependency_removed(String(taskId ?? "")),
  pause_wanted: (_, t, own) => t.pause_wanted(whoText(own, t)),
  plan_wanted: (_, t, own) => t.plan_wanted(whoText(own, t)),
  planned: ({ count = 0 }, t) => t.planned(count, formatNumber(count)),
  restored: (_, t, own) => t.restored(whoText(own, t)),
  resume_wanted: (_, t, own) => t.resume_wanted(whoText(own, t)),
  retry_wanted: (_, t, own) => t.retry_wanted(whoText(own, t)),
  run_wanted: (_, t, own) => t.run_wanted(whoText(own, t)),
  step_again: (fact, t) => t.step_again(stepOf(fact, t)),
  step_done: (fact, t) => t.step_done(stepOf(fact, t), numberOf(fact.count)),
  step_failed: (fact, t) => t.step_failed(stepOf(fact, t), fact.error === undefined ? "" : toldText(fact.error)),
  subtask_added: (_, t, own) => t.subtask_added(whoText(own, t)),
  subtask_changed: (_, t, own) => t.subtask_changed(whoText(own, t)),
  subtask_deleted: (_, t, own) => t.subtask_deleted(whoText(own, t)),
  subtask_ended: ({ subtaskStatus, subtaskCause }, t) =>
    joined(named(t.subtask_ends, subtaskStatus), subtaskCauseText(subtaskCause)),
  subtasks_reordered: (_, t, own) => t.subtasks_reordered(whoText(own, t)),
  task_ended: ({ status, cause }, t) => joined(named(t.task_ends, status), causeText(cause)),
  task_held: ({ status, cause }, t) => joined(status === "paused" ? t.pauses : t.waits, causeText(cause)),
};

/**
 * Undefined where that isn't told, or by a code of a later daemon; `own`: whether nobody but the reader can have done what
 * a person did.
 */
export function factText(fact: LogFact | null | undefined, own = false): string | undefined {
  if (fact === null || fact === undefined || !Object.hasOwn(SAYINGS, fact.code)) return undefined;
  return SAYINGS[fact.code as LogFactCode](fact, texts(), own).trim() || undefined;
}

function whoText(own: boolean, t: Texts): string {
  return own ? t.you : t.somebody;
}

function named<T>(all: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(all, name) ? all[name] : undefined;
}

function joined(...said: readonly (string | undefined)[]): string {
  return said.filter(Boolean).join(" ");
}

function numberOf(number: number | undefined): string {
  return number === undefined ? "" : formatNumber(number);
}

function questionOf(question: string | undefined, t: Texts): string {
  return named(t.questions, question) ?? "";
}

function stepOf({ step, attempt }: LogFact, t: Texts): string {
  const steps: Readonly<Record<StepKind, (attempt: string) => string>> = t.steps;
  return named(steps, step)?.(numberOf(attempt)) ?? "";
}
