import type { SubtaskItem, TaskItem } from "@orchd/client";
import type { texts } from "$/tasks/open-texts";
import { formatNumber } from "$/text/language.svelte";

type Named = Pick<SubtaskItem, "title" | "status">;

/** How a task came to fail, as far as its steps tell; undefined for one that didn't. */
export function outcomeText(
  { status }: Pick<TaskItem, "status">,
  steps: readonly Named[],
  t: ReturnType<typeof texts>,
): string | undefined {
  if (status !== "failed") return undefined;
  if (steps.length === 0) return t.not_planned;
  const lost = steps.filter((step) => step.status === "failed" || step.status === "rejected");
  const titles = lost.map(({ title }) => `“${title}”`).join(", ");
  if (lost.length > 0) return t.steps_lost(formatNumber(lost.length), formatNumber(steps.length), titles);
  return steps.some((step) => step.status === "completed") ? t.not_joined : t.nothing_done;
}
