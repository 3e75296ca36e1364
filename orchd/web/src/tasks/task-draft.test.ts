import type { TaskItem } from "@orchd/client";
import { expect, test } from "vitest";
import { createOf, draftOf, updateOf } from "$/tasks/task-draft";

const TASK = {
  id: 4,
  title: "Move house",
  description: "From A to B.",
  model: "small",
  priority: "high",
  autoRun: false,
  budget: { maxCalls: 60, maxTokens: null, maxMinutes: null },
  dueAt: "2026-12-24T18:00:00.000Z",
  projectId: 3,
} as TaskItem;

test("what was left empty is not sent", () => {
  expect(createOf({ ...draftOf(undefined), title: "  Tidy up ", maxCalls: 3 })).toEqual({
    title: "Tidy up",
    description: "",
    priority: "medium",
    autoRun: false,
    budget: { maxCalls: 3 },
  });
});

test("a time is one of this place, and comes back as it was", () => {
  const draft = draftOf(TASK);
  expect(new Date(draft.dueAt).toISOString()).toBe(TASK.dueAt);
  expect(createOf(draft).dueAt).toBe(TASK.dueAt);
});

test("only what is different is changed; what is emptied is taken away", () => {
  const draft = draftOf(TASK);
  expect(updateOf(TASK, draft)).toEqual({ taskId: 4 });
  expect(updateOf(TASK, { ...draft, projectId: 5 })).toEqual({ taskId: 4, projectId: 5 });
  expect(updateOf(TASK, { ...draft, projectId: null })).toEqual({ taskId: 4, projectId: null });
  expect(updateOf(TASK, { ...draft, title: "Move" })).toEqual({ taskId: 4, title: "Move" });
  expect(updateOf(TASK, { ...draft, model: "", dueAt: "", maxCalls: null })).toEqual({
    taskId: 4,
    model: null,
    dueAt: null,
    budget: {},
  });
});
