/** Steps that were deleted, or that another plan has taken the place of, put back as they were. */

import type { Client, SubtaskItem, TaskType } from "@orchd/client";
import { drafts } from "$/drafts/store.svelte";

/** What a step says, as far as it wasn't begun; `dependsOn` names others by their ids. */
export type KeptStep = Pick<
  SubtaskItem,
  "id" | "title" | "prompt" | "taskType" | "difficulty" | "assistant" | "model" | "needsApproval" | "dependsOn"
>;

/** Read steps whole: lists have only the beginnings of long texts. */
export async function wholeSteps(client: Client, steps: readonly SubtaskItem[]): Promise<KeptStep[]> {
  const whole = await Promise.all(
    steps.map(async (step) => (step.cut ? (await client.subtask.get({ subtaskId: step.id })).subtask : step)),
  );
  return whole.map(({ id, title, prompt, taskType, difficulty, assistant, model, needsApproval, dependsOn }) => {
    return { id, title, prompt, taskType, difficulty, assistant, model, needsApproval, dependsOn };
  });
}

/** Put a step back at its place; `dependents` are the steps that needed it, and that still do. */
export async function putBack(
  client: Client,
  taskId: number,
  step: KeptStep,
  position: number,
  dependents: readonly KeptStep[],
): Promise<void> {
  const there = (await client.subtask.list({ taskId, limit: 100 })).items;
  const ids = new Set(there.map(({ id }) => id));
  const { subtask } = await client.subtask.create({
    ...given(step),
    taskId,
    position: Math.min(position, there.length),
    dependsOn: step.dependsOn.filter((id) => ids.has(id)),
  });
  for (const { id } of dependents) {
    const now = there.find((each) => each.id === id);
    if (now === undefined) continue;
    await client.subtask.update({ subtaskId: id, dependsOn: [...now.dependsOn, subtask.id] });
  }
}

/**
 * Have these steps in place of those that are there: they come first, so that nothing is gone where that fails. Throws why
 * it has failed; then those that were there are there alone.
 */
export async function replaceSteps(client: Client, taskId: number, steps: readonly KeptStep[]): Promise<void> {
  const before = (await client.subtask.list({ taskId, limit: 100 })).items;
  const made = new Map<number, number>();
  try {
    await makeSteps(client, taskId, steps, made);
  } catch (error) {
    await Promise.allSettled([...made.values()].map((subtaskId) => client.subtask.delete({ subtaskId })));
    throw error;
  }
  for (const { id } of before) await client.subtask.delete({ subtaskId: id });
}

/** `made`: the ids of those that are there, by the ids that they had. */
async function makeSteps(
  client: Client,
  taskId: number,
  steps: readonly KeptStep[],
  made: Map<number, number>,
): Promise<void> {
  for (const step of steps) {
    const { subtask } = await client.subtask.create({ ...given(step), taskId });
    made.set(step.id, subtask.id);
  }
  for (const { id, dependsOn } of steps) {
    const needed = dependsOn.flatMap((each) => made.get(each) ?? []);
    const subtaskId = made.get(id);
    if (needed.length > 0 && subtaskId !== undefined) await client.subtask.update({ subtaskId, dependsOn: needed });
  }
}

function given({ title, prompt, taskType, difficulty, assistant, model, needsApproval }: KeptStep) {
  return {
    title,
    prompt,
    taskType: taskType as TaskType,
    difficulty,
    needsApproval,
    ...(assistant === null ? {} : { assistant }),
    ...(model === null ? {} : { model }),
  };
}

/** The plan that was there before one was made again; undefined where that is none. */
export function earlierPlan(taskId: number): KeptStep[] | undefined {
  const kept = drafts.read(`plan.${taskId}`);
  return Array.isArray(kept) ? (kept as KeptStep[]) : undefined;
}

export function keepPlan(taskId: number, steps: readonly KeptStep[] | undefined): void {
  drafts.keep(`plan.${taskId}`, steps);
}
