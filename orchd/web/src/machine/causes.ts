import type { TaskBrakeState } from "@orchd/client";
import type { texts } from "$/machine/texts";
import { formatShare } from "$/text/language.svelte";

type Told = Pick<TaskBrakeState, "reason"> & { readonly causes?: TaskBrakeState["causes"] | undefined };
type Cause = NonNullable<TaskBrakeState["causes"]>[number];

/** What holds tasks back just now, in the language of the page; a daemon that tells it only for people is quoted. */
export function causesText({ causes, reason }: Told, t: ReturnType<typeof texts>): string {
  if (causes === undefined || causes.length === 0) return reason ?? "";
  return causes.map((cause) => causeText(cause, t)).join("; ");
}

function causeText({ what, percent, limit }: Cause, t: ReturnType<typeof texts>): string {
  const names: Readonly<Record<string, string>> = t.causes;
  const name = names[what] ?? what;
  if (percent === null || limit === null) return name;
  return t.over(name, formatShare(percent / 100), formatShare(limit / 100));
}
