/** Why a model suits a kind of work, in the language of the page. */

import type { ModelGround, ModelGroundCode, TaskType } from "@orchd/client";
import { texts } from "$/models/compared/ground-texts";
import { texts as modelTexts } from "$/models/texts";
import { formatNumber } from "$/text/language.svelte";

type Saying = (ground: ModelGround, t: ReturnType<typeof texts>) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<ModelGroundCode, Saying>> = {
  approved: ({ count = 0, total = 0 }, t) => t.approved(formatNumber(count), formatNumber(total)),
  context: ({ count = 0 }, t) => t.context(formatNumber(count)),
  loaded: (_, t) => t.loaded,
  made_for: ({ taskType = "general" }, t) => {
    const kinds: Readonly<Record<TaskType, string>> = modelTexts().kinds;
    return t.made_for(kinds[taskType as TaskType] ?? taskType);
  },
  no_template: (_, t) => t.no_template,
  rated: ({ value = 0, count = 0 }, t) => t.rated(formatNumber(value, 1), formatNumber(count)),
  sees: (_, t) => t.sees,
  sees_by_name: (_, t) => t.sees_by_name,
  simulated: (_, t) => t.simulated,
  size: ({ size = "" }, t) => t.size(size),
  size_above: ({ size = "", difficulty = 0 }, t) => t.size_above(size, formatNumber(difficulty)),
  size_below: ({ size = "", difficulty = 0 }, t) => t.size_below(size, formatNumber(difficulty)),
  size_fits: ({ size = "", difficulty = 0 }, t) => t.size_fits(size, formatNumber(difficulty)),
  size_unknown: (_, t) => t.size_unknown,
  speed: ({ value = 0 }, t) => t.speed(formatNumber(value, 1)),
  thinks: (_, t) => t.thinks,
};

/** In the daemon's words where an older one made no codes, or a later one others. */
export function groundsText(grounds: readonly ModelGround[] | undefined, words: readonly string[]): string {
  const t = texts();
  const said = (grounds ?? []).map((ground, place) =>
    Object.hasOwn(SAYINGS, ground.code) ? SAYINGS[ground.code as ModelGroundCode](ground, t) : words[place],
  );
  return (said.length === 0 ? words : said).filter(Boolean).join("; ");
}
