/** Why a step went to a model, in the language of the page. */

import type { TaskAssignmentGround, TaskAssignmentGroundCode, TaskType } from "@orchd/client";
import { groundsText } from "$/models/compared/grounds";
import { texts as modelTexts } from "$/models/texts";
import { texts } from "$/tasks/steps/assignment-texts";
import { formatNumber } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Saying = (ground: TaskAssignmentGround, t: ReturnType<typeof texts>) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<TaskAssignmentGroundCode, Saying>> = {
  all_failed: (_, t) => t.all_failed,
  assistant_gone: ({ assistant = "" }, t) => t.assistant_gone(assistant),
  assistant_other: ({ assistant = "", model = "" }, t) => t.assistant_other(assistant, model),
  assistant_unable: ({ assistant = "", model = "", error }, t) =>
    t.assistant_unable(assistant, model, error === undefined ? "" : toldText(error)),
  assistant_uses: ({ assistant = "", models = [] }, t) => t.assistant_uses(assistant, models.join(", ")),
  failed: ({ model = "", error }, t) => t.failed(model, error === undefined ? "" : toldText(error)),
  fixed: ({ model = "" }, t) => t.fixed(model),
  last_resort: ({ models = [] }, t) => t.last_resort(models.join(", ")),
  next: ({ model = "", models = [] }, t) => t.next(model, models.join(", ")),
  none_made_for: ({ taskType }, t) => t.none_made_for(kindOf(taskType)),
  order_condensed: (_, t) => t.order_condensed,
  result_cut: ({ title = "", count = 0 }, t) => t.result_cut(title, formatNumber(count)),
  suits: ({ taskType, difficulty = 0, model = "", grounds }, t) =>
    t.suits(kindOf(taskType), formatNumber(difficulty), model, groundsText(grounds, []) || t.unknown),
  text_condensed: (_, t) => t.text_condensed,
};

/** A line for each reason, in the daemon's words where there is no code for it, or one of a later daemon. */
export function assignmentLines(
  grounds: readonly TaskAssignmentGround[] | null | undefined,
  words: readonly string[],
): string[] {
  const t = texts();
  return words.map((reason, place) => {
    const ground = grounds?.[place];
    if (ground === undefined || !Object.hasOwn(SAYINGS, ground.code)) return reason;
    return SAYINGS[ground.code as TaskAssignmentGroundCode](ground, t);
  });
}

function kindOf(kind: string | undefined): string {
  const kinds: Readonly<Record<TaskType, string>> = modelTexts().kinds;
  return kinds[kind as TaskType] ?? kind ?? "";
}
