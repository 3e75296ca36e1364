/** What a line of a task's log tells, in the language of the page. */

import type { LogFact, LogFactCode, StepKind } from "@orchd/client";
import { texts } from "$/tasks/log/fact-texts";
import { causeText, subtaskCauseText } from "$/tasks/open/cause";
import { formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Texts = ReturnType<typeof texts>;
type Saying = (fact: LogFact, t: Texts) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<LogFactCode, Saying>> = {
  answered: ({ question, answered, note }, t) => {
    const said = (answered === "refused" ? t.refused : t.approved)(questionOf(question, t));
    return note ? `${said} “${note}”` : said;
  },
  asked: ({ question }, t) => t.asked(questionOf(question, t)),
  cancel_wanted: (_, t) => t.cancel_wanted,
  changed: (_, t) => t.changed,
  check_unasked: ({ attempt }, t) => t.check_unasked(numberOf(attempt)),
  checked: ({ outcome, attempt, score }, t) =>
    joined(named(t.outcomes, outcome)?.(numberOf(attempt)), score === undefined ? "" : t.score(formatNumber(score))),
  compared: ({ attempts = [], attempt }, t) =>
    t.compared(numberOf(attempts[0]), numberOf(attempts[1]), numberOf(attempt)),
  created: (_, t) => t.created,
  dependency_added: ({ taskId }, t) => t.dependency_added(String(taskId ?? "")),
  dependency_removed: ({ taskId }, t) => t.dependency_removed(String(taskId ?? "")),
  pause_wanted: (_, t) => t.pause_wanted,
  plan_wanted: (_, t) => t.plan_wanted,
  planned: ({ count = 0 }, t) => t.planned(count, formatNumber(count)),
  restored: (_, t) => t.restored,
  resume_wanted: (_, t) => t.resume_wanted,
  retry_wanted: (_, t) => t.retry_wanted,
  run_wanted: (_, t) => t.run_wanted,
  step_again: (fact, t) => t.step_again(stepOf(fact, t)),
  step_done: (fact, t) => t.step_done(stepOf(fact, t), numberOf(fact.count)),
  step_failed: (fact, t) => t.step_failed(stepOf(fact, t), fact.error === undefined ? "" : toldText(fact.error)),
  subtask_added: (_, t) => t.subtask_added,
  subtask_changed: (_, t) => t.subtask_changed,
  subtask_deleted: (_, t) => t.subtask_deleted,
  subtask_ended: ({ subtaskStatus, subtaskCause }, t) =>
    joined(named(t.subtask_ends, subtaskStatus), subtaskCauseText(subtaskCause)),
  subtasks_reordered: (_, t) => t.subtasks_reordered,
  task_ended: ({ status, cause }, t) => joined(named(t.task_ends, status), causeText(cause)),
  task_held: ({ status, cause }, t) => joined(status === "paused" ? t.pauses : t.waits, causeText(cause)),
};

/** Undefined where that isn't told, or by a code of a later daemon. */
export function factText(fact: LogFact | null | undefined): string | undefined {
  if (fact === null || fact === undefined || !Object.hasOwn(SAYINGS, fact.code)) return undefined;
  return SAYINGS[fact.code as LogFactCode](fact, texts()).trim() || undefined;
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
