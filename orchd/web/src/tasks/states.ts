/** How states of tasks and of their parts are written and coloured. */

import { texts } from "$/tasks/texts";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

const TONES: Readonly<Record<string, Tone>> = {
  planning: "accent",
  executing: "accent",
  validating: "accent",
  consolidating: "accent",
  waiting: "warn",
  paused: "warn",
  completed: "good",
  failed: "bad",
  rejected: "bad",
};

/** A state that a later daemon has added is shown as it is called on the wire. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? "plain";
}

/** The name of a value, or the value itself where it has none yet. */
export function nameOf(names: Readonly<Record<string, string>>, value: string): string {
  return names[value] ?? value;
}

/** The state in words; of one that waits, what for. `mine`: whether an approval is asked of whoever reads it. */
export function stateText(status: string, waitsFor: string | null = null, mine = true): string {
  const t = texts();
  if (waitsFor === null) return nameOf(t.states, status);
  return waitsFor === "approval" && !mine ? t.waits.others_approval : nameOf(t.waits, waitsFor);
}

/** The state of a step in words. */
export function stepStateText(status: string): string {
  return nameOf(texts().step_states, status);
}

/** Whether steps run: then most of a task can't be changed. */
export function isRunning(status: string): boolean {
  return ["planning", "executing", "validating", "consolidating"].includes(status);
}

/** Whether nothing more happens to it by itself. */
export function isOver(status: string): boolean {
  return ["completed", "failed", "cancelled"].includes(status);
}

/** Whether the page says by other means, and in its own language, why a task waits: which tasks, which question, or
 * what of its budget is spent. */
export function saysWhy({ waitsFor }: { readonly waitsFor: string | null }, questions: number): boolean {
  return waitsFor === "dependencies" || waitsFor === "budget" || (waitsFor === "approval" && questions > 0);
}
