import type { SubtaskItem, TaskItem } from "@orchd/client";
import { expect, test } from "vitest";
import { actionsOf, planIsOpen } from "$/tasks/open/actions";

const UNBEGUN = [{ attempts: 0 }] as SubtaskItem[];
const BEGUN = [{ attempts: 0 }, { attempts: 1 }] as SubtaskItem[];

function task(status: string, more: Partial<TaskItem> = {}): TaskItem {
  return { status, waitsFor: null, pausing: false, started: true, planned: true, ...more } as TaskItem;
}

test("only what the daemon would take is offered", () => {
  expect(actionsOf(task("pending", { started: false, planned: false }), [])).toEqual(["plan", "run"]);
  expect(actionsOf(task("pending", { started: false, planned: false }), UNBEGUN)).toEqual(["run"]);
  expect(actionsOf(task("pending"), UNBEGUN)).toEqual(["pause", "cancel"]);
  expect(actionsOf(task("executing"), BEGUN)).toEqual(["pause", "cancel"]);
  expect(actionsOf(task("executing", { pausing: true }), BEGUN)).toEqual(["resume", "cancel"]);
  expect(actionsOf(task("waiting"), UNBEGUN)).toEqual(["pause", "plan", "cancel"]);
  expect(actionsOf(task("waiting"), BEGUN)).toEqual(["pause", "cancel"]);
  expect(actionsOf(task("paused"), BEGUN)).toEqual(["resume", "cancel"]);
  expect(actionsOf(task("failed"), BEGUN)).toEqual(["retry"]);
  expect(actionsOf(task("completed"), BEGUN)).toEqual([]);
  expect(actionsOf(task("a state to come"), BEGUN)).toEqual([]);
});

test("a plan is open until its steps run", () => {
  expect(planIsOpen(task("pending", { started: false }))).toBe(true);
  expect(planIsOpen(task("pending"))).toBe(false);
  expect(planIsOpen(task("waiting", { waitsFor: "approval" }))).toBe(true);
  expect(planIsOpen(task("waiting", { waitsFor: "brakes" }))).toBe(false);
  expect(planIsOpen(task("executing"))).toBe(false);
  expect(planIsOpen(task("paused"))).toBe(true);
  expect(planIsOpen(task("completed"))).toBe(false);
});
