import type { TaskStreaming } from "@orchd/client";
import { expect, test } from "vitest";
import { StepText } from "$/tasks/steps/step-text.svelte";

function piece(chunk: string, seq: number, more: Partial<TaskStreaming> = {}): TaskStreaming {
  return {
    taskId: 1,
    subtaskId: 2,
    step: "execute",
    attempt: 1,
    model: "small",
    seq,
    begin: false,
    chunk,
    done: false,
    ...more,
  };
}

test("pieces are put together, and nothing is taken twice", () => {
  const text = new StepText();
  expect(text.take(piece("Lis", 3, { begin: true }))).toBe(true);
  text.take(piece("bon 🏠", 8));
  text.take(piece("bon 🏠", 8));
  expect(text.text).toBe("Lisbon 🏠");
});

test("another attempt, another step and a new begin each void what was there", () => {
  const text = new StepText();
  text.take(piece("first", 5, { begin: true }));
  text.take(piece("second", 6, { attempt: 2 }));
  expect(text.text).toBe("second");
  text.take(piece("{", 1, { step: "check", model: "judge" }));
  expect([text.text, text.model]).toEqual(["{", "judge"]);
  text.take(piece("[", 1, { step: "check", begin: true }));
  expect(text.text).toBe("[");
});

test("the last piece says so", () => {
  const text = new StepText();
  text.take(piece("all", 3, { begin: true }));
  expect(text.take(piece("", 3, { done: true }))).toBe(false);
});
