/** A task as a form has it, and what is sent of it. */

import type { TaskCreate, TaskItem, TaskLimits, TaskPriority, TaskUpdate } from "@orchd/client";
import { failedField } from "$/ui/failure";

/** Fields of numbers are null while they are empty; `dueAt` is a time of this place, as its field has it. */
export interface TaskDraft {
  title: string;
  description: string;
  model: string;
  priority: TaskPriority;
  autoRun: boolean;
  maxCalls: number | null;
  maxTokens: number | null;
  maxMinutes: number | null;
  dueAt: string;
  /** Null: nobody else sees it. */
  projectId: number | null;
}

export function draftOf(task: TaskItem | undefined): TaskDraft {
  return {
    title: task?.title ?? "",
    description: task?.description ?? "",
    model: task?.model ?? "",
    priority: (task?.priority ?? "medium") as TaskPriority,
    autoRun: task?.autoRun ?? false,
    maxCalls: task?.budget.maxCalls ?? null,
    maxTokens: task?.budget.maxTokens ?? null,
    maxMinutes: task?.budget.maxMinutes ?? null,
    dueAt: task?.dueAt == null ? "" : localTime(new Date(task.dueAt)),
    projectId: task?.projectId ?? null,
  };
}

export function createOf(draft: TaskDraft): TaskCreate {
  const { title, description, priority, autoRun, model, dueAt, projectId } = draft;
  return {
    title: title.trim(),
    description,
    priority,
    autoRun,
    budget: limitsOf(draft),
    ...(model === "" ? {} : { model }),
    ...(dueAt === "" ? {} : { dueAt: new Date(dueAt).toISOString() }),
    ...(projectId === null ? {} : { projectId }),
  };
}

/** Only what is different: while a task runs most of it can't be changed, and need not be sent. */
export function updateOf(task: TaskItem, draft: TaskDraft): TaskUpdate {
  const before = draftOf(task);
  const changed = (...names: (keyof TaskDraft)[]): boolean => names.some((name) => before[name] !== draft[name]);
  return {
    taskId: task.id,
    ...(changed("title") ? { title: draft.title.trim() } : {}),
    ...(changed("description") ? { description: draft.description } : {}),
    ...(changed("priority") ? { priority: draft.priority } : {}),
    ...(changed("autoRun") ? { autoRun: draft.autoRun } : {}),
    ...(changed("model") ? { model: draft.model || null } : {}),
    ...(changed("dueAt") ? { dueAt: draft.dueAt === "" ? null : new Date(draft.dueAt).toISOString() } : {}),
    ...(changed("projectId") ? { projectId: draft.projectId } : {}),
    ...(changed("maxCalls", "maxTokens", "maxMinutes") ? { budget: limitsOf(draft) } : {}),
  };
}

const FIELDS = [
  "title",
  "description",
  "model",
  "priority",
  "budget.maxCalls",
  "budget.maxTokens",
  "budget.maxMinutes",
  "dueAt",
  "projectId",
];

/** The field that a failure is about; undefined where the form has none for it. */
export function failedDraftField(failure: unknown): string | undefined {
  const field = failedField(failure);
  return field !== undefined && FIELDS.includes(field) ? field : undefined;
}

function limitsOf({ maxCalls, maxTokens, maxMinutes }: TaskDraft): TaskLimits {
  return {
    ...(maxCalls == null ? {} : { maxCalls }),
    ...(maxTokens == null ? {} : { maxTokens }),
    ...(maxMinutes == null ? {} : { maxMinutes }),
  };
}

/** `2026-12-24T18:00`, in the time zone of the browser. */
function localTime(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
