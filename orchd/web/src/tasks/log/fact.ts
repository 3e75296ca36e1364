/** What a line of a task's log tells, in the language of the page. */

import type { LogFact, LogFactCode, StepKind } from "@orchd/client";
import { texts } from "$/tasks/log/fact-texts";
import { causeText, subtaskCauseText } from "$/tasks/open/cause";
import { formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Texts = ReturnType<typeof texts>;
type Saying = (fact: LogFact, t: Texts, reader: Reader) => string;

/** Who reads it: `own` where nobody else can have done what a person did. */
export interface Reader {
  readonly own: boolean;
  readonly userId?: number | undefined;
}

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<LogFactCode, Saying>> = {
  answered: (fact, t, reader) => {
    const { question, answered, note } = fact;
    const said = (answered === "refused" ? t.refused : t.approved)(whoText(fact, reader, t), questionOf(question, t));
    return note ? `${said} “${note}”` : said;
  },
  asked: ({ question }, t, { own }) => (own ? t.asked_you : t.asked)(questionOf(question, t)),
  cancel_wanted: (fact, t, reader) => t.cancel_wanted(whoText(fact, reader, t)),
  changed: (fact, t, reader) => t.changed(whoText(fact, reader, t)),
  check_unasked: ({ attempt }, t) => t.check_unasked(numberOf(attempt)),
  checked: ({ outcome, attempt, score }, t) =>
    joined(named(t.outcomes, outcome)?.(numberOf(attempt)), score === undefined ? "" : t.score(formatNumber(score))),
  compared: ({ attempts = [], attempt }, t) =>
    t.compared(numberOf(attempts[0]), numberOf(attempts[1]), numberOf(attempt)),
  created: (_, t) => t.created,
  dependency_added: ({ taskId }, t) => t.dependency_added(String(taskId ?? "")),
  dependency_removed: ({ taskId }, t) => t.dependency_removed(String(taskId ?? "")),
  pause_wanted: (fact, t, reader) => t.pause_wanted(whoText(fact, reader, t)),
  plan_wanted: (fact, t, reader) => t.plan_wanted(whoText(fact, reader, t)),
  planned: ({ count = 0 }, t) => t.planned(count, formatNumber(count)),
  restored: (fact, t, reader) => t.restored(whoText(fact, reader, t)),
  resume_wanted: (fact, t, reader) => t.resume_wanted(whoText(fact, reader, t)),
  retry_wanted: (fact, t, reader) => t.retry_wanted(whoText(fact, reader, t)),
  run_wanted: (fact, t, reader) => t.run_wanted(whoText(fact, reader, t)),
  step_again: (fact, t) => t.step_again(stepOf(fact, t)),
  step_done: (fact, t) => t.step_done(stepOf(fact, t), numberOf(fact.count)),
  step_failed: (fact, t) => t.step_failed(stepOf(fact, t), fact.error === undefined ? "" : toldText(fact.error)),
  subtask_added: (fact, t, reader) => t.subtask_added(whoText(fact, reader, t)),
  subtask_changed: (fact, t, reader) => t.subtask_changed(whoText(fact, reader, t)),
  subtask_deleted: (fact, t, reader) => t.subtask_deleted(whoText(fact, reader, t)),
  subtask_ended: ({ subtaskStatus, subtaskCause }, t) =>
    joined(named(t.subtask_ends, subtaskStatus), subtaskCauseText(subtaskCause)),
  subtasks_reordered: (fact, t, reader) => t.subtasks_reordered(whoText(fact, reader, t)),
  task_ended: ({ status, cause }, t) => joined(named(t.task_ends, status), causeText(cause)),
  task_held: ({ status, cause }, t) => joined(status === "paused" ? t.pauses : t.waits, causeText(cause)),
};

/** Undefined where that isn't told, or by a code of a later daemon. */
export function factText(fact: LogFact | null | undefined, reader: Reader = { own: false }): string | undefined {
  if (fact === null || fact === undefined || !Object.hasOwn(SAYINGS, fact.code)) return undefined;
  return SAYINGS[fact.code as LogFactCode](fact, texts(), reader).trim() || undefined;
}

function whoText({ actor }: LogFact, { own, userId }: Reader, t: Texts): string {
  if (actor === undefined) return own ? t.you : t.somebody;
  return actor.userId === userId ? t.you : actor.name;
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
