import type { ExecutionLogItem, LogFact } from "@orchd/client";
import { expect, it } from "vitest";
import { logLines } from "./lines";

function line(id: number, fact: LogFact, subtaskId: number | null = null): ExecutionLogItem {
  return { id, fact, subtaskId, level: "info", message: "" } as ExecutionLogItem;
}

it("says once what was told twice", () => {
  const asked = line(1, { code: "asked", question: "plan" });
  const held = line(2, { code: "task_held", status: "waiting", cause: { code: "plan_question" } });
  expect(logLines([held, asked], { own: true }).map(({ item: { id } }) => id)).toEqual([1]);
  expect(logLines([held], { own: true })).toHaveLength(1);
  const changed = [3, 4, 5].map((id) => line(id, { code: "subtask_changed" }, id === 3 ? 9 : 7));
  expect(logLines(changed, { own: true }).map(({ item, times }) => [item.id, times])).toEqual([
    [3, 1],
    [4, 2],
  ]);
});

it("calls the reader by name where nobody else can have done it", () => {
  const paused = line(1, { code: "pause_wanted" });
  expect(logLines([paused], { own: true })[0]?.text).toBe("You paused the task.");
  expect(logLines([paused], { own: false })[0]?.text).toBe("Somebody paused the task.");
});
