/** What can be done with a task, as it stands. */

import type { Client, SubtaskItem, TaskItem } from "@orchd/client";

export type ActionName = "plan" | "run" | "pause" | "resume" | "cancel" | "retry";

/** What the daemon would not refuse, that one first which is wanted most. */
export function actionsOf(task: TaskItem, subtasks: readonly SubtaskItem[]): readonly ActionName[] {
  const begun = subtasks.some(({ attempts }) => attempts > 0);
  /** A planner's plan of which nothing was begun can be made anew. */
  const replan: readonly ActionName[] = task.planned && subtasks.length > 0 && !begun ? ["plan"] : [];
  switch (task.status) {
    case "pending":
      if (task.started) return ["pause", "cancel"];
      return subtasks.length === 0 ? ["plan", "run"] : ["run", ...replan];
    case "planning":
    case "executing":
    case "validating":
    case "consolidating":
      return task.pausing ? ["resume", "cancel"] : ["pause", "cancel"];
    case "waiting":
      return task.pausing ? ["resume", "cancel"] : ["pause", ...replan, "cancel"];
    case "paused":
      return ["resume", ...replan, "cancel"];
    case "failed":
    case "cancelled":
      return ["retry"];
    default:
      return [];
  }
}

/** Whether an action leads to the answer, and isn't there to hold or end the work. */
export function leadsOn(action: ActionName): boolean {
  return action !== "pause" && action !== "cancel";
}

export async function perform(client: Client, taskId: number, action: ActionName): Promise<void> {
  await client.task[action]({ taskId });
}

/** Whether its plan can be changed: nothing of it runs or is about to, and it isn't done. */
export function planIsOpen(task: TaskItem): boolean {
  if (task.status === "pending") return !task.started;
  if (task.status === "waiting") return task.waitsFor === "approval";
  return ["paused", "failed", "cancelled"].includes(task.status);
}
