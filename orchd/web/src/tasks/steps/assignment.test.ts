import type { TaskAssignmentGround, TaskAssignmentGroundCode } from "@orchd/client";
import { expect, it } from "vitest";
import { assignmentLines } from "$/tasks/steps/assignment";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly TaskAssignmentGroundCode[] }>> };
const CODES = SCHEMA.$defs["TaskAssignmentGroundCode"]?.enum ?? [];

function ground(code: TaskAssignmentGroundCode): TaskAssignmentGround {
  return {
    code,
    assistant: "Ada",
    model: "alpha@one",
    models: ["beta@two"],
    taskType: "code",
    difficulty: 7,
    purpose: "vision",
    error: { code: "timeout", message: "slow", reason: "gap" },
    grounds: [{ code: "loaded" }],
    title: "Read it",
    count: 4200,
  };
}

it("is said for each code, in both languages, and in the daemon's words where there is none", () => {
  expect(CODES.length).toBeGreaterThan(8);
  const words = CODES.map(() => "as it said");
  language.choose("pt-BR");
  const portuguese = assignmentLines(CODES.map(ground), words);
  expect(assignmentLines([ground("suits")], ["x"])).toEqual([
    "Para trabalho do tipo “Código” e dificuldade 7, alpha@one é o que mais convém: está carregado.",
  ]);
  language.choose("en");
  const english = assignmentLines(CODES.map(ground), words);
  expect(new Set([...portuguese, ...english]).size).toBe(2 * CODES.length);
  expect([...portuguese, ...english].join()).not.toMatch(/undefined|as it said/);
  expect(assignmentLines([{ code: "suits" }], ["x"])[0]).toContain("nothing is known of it");
  const later = { code: "a code of later" as TaskAssignmentGroundCode };
  expect(assignmentLines([later], ["as it said", "more"])).toEqual(["as it said", "more"]);
  expect(assignmentLines(null, ["as it said"])).toEqual(["as it said"]);
});
