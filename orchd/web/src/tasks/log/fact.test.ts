import type { LogFact, LogFactCode, SubtaskCauseCode } from "@orchd/client";
import { beforeEach, describe, expect, it } from "vitest";
import { factText } from "$/tasks/log/fact";
import { subtaskCauseText } from "$/tasks/open/cause";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly string[] }>> };
const CODES = (SCHEMA.$defs["LogFactCode"]?.enum ?? []) as LogFactCode[];
const CAUSES = (SCHEMA.$defs["SubtaskCauseCode"]?.enum ?? []) as SubtaskCauseCode[];
const ERROR = { code: "timeout", message: "slow", reason: "gap" } as const;

/** All that a fact may hold. */
function whole(code: LogFactCode): LogFact {
  return {
    code,
    step: "check",
    attempt: 2,
    attempts: [1, 2],
    count: 1200,
    outcome: "self_checked",
    score: 75,
    question: "plan",
    answered: "refused",
    note: "not so",
    taskId: 4,
    subtaskId: 5,
    status: "failed",
    cause: { code: "not_planned", error: ERROR },
    subtaskStatus: "skipped",
    subtaskCause: { code: "needed_lost", title: "Read" },
    error: ERROR,
  };
}

describe("what a line of a task's log tells", () => {
  beforeEach(() => language.choose("pt-BR"));

  it("is there for each code, in both languages, and none is said as another one", () => {
    expect(CODES.length).toBeGreaterThan(20);
    const portuguese = CODES.map((code) => factText(whole(code)));
    language.choose("en");
    const english = CODES.map((code) => factText(whole(code)));
    for (const said of [portuguese, english]) {
      expect(said).not.toContain(undefined);
      expect(new Set(said).size).toBe(CODES.length);
      expect(said.join()).not.toContain("undefined");
    }
    expect(english.filter((said) => portuguese.includes(said))).toEqual([]);
  });

  it("names figures, attempts and reasons", () => {
    expect(factText(whole("checked"))).toMatch(/tentativa 2 .* 75 de 100/);
    expect(factText({ code: "step_done", step: "consolidate", count: 1200 })).toBe(
      "Reunião dos resultados: 1.200 caracteres.",
    );
    expect(factText(whole("step_failed"))).toContain("parou de responder");
    expect(factText(whole("subtask_ended"))).toBe(
      "O passo foi deixado de lado. Ele precisa de “Read”, que não tem resultado.",
    );
    expect(factText({ code: "planned", count: 1 })).toBe("Planejada: 1 passo.");
    expect(factText({ code: "task_ended", status: "completed" })).toBe("A tarefa foi concluída.");
  });

  it("says who did it, as far as that is told", () => {
    const fact: LogFact = { code: "run_wanted", actor: { userId: 2, name: "bob" } };
    const said = (reader: { own: boolean; userId?: number }, told = fact): string | undefined => factText(told, reader);
    expect(said({ own: false, userId: 1 })).toMatch(/^bob /);
    expect(said({ own: true, userId: 1 }), "of a task that was a project's").toMatch(/^bob /);
    expect(said({ own: false, userId: 2 })).toMatch(/^Você /);
    expect(said({ own: true, userId: 1 }, { code: "run_wanted" })).toMatch(/^Você /);
    expect(said({ own: false, userId: 1 }, { code: "run_wanted" })).toMatch(/^Alguém /);
  });

  it("is not made up where nobody told it, or a later daemon did", () => {
    expect(factText(null)).toBeUndefined();
    expect(factText({ code: "a code of a later daemon" as LogFactCode })).toBeUndefined();
    expect(factText({ code: "subtask_ended", subtaskStatus: "constructor" as "failed" })).toBeUndefined();
  });
});

describe("why a step of a task stands as it does", () => {
  it("is there for each code, in both languages", () => {
    expect(CAUSES.length).toBe(5);
    for (const code of CAUSES) {
      const cause = { code, error: ERROR, title: "Read", note: "not so" };
      language.choose("pt-BR");
      const portuguese = subtaskCauseText(cause);
      language.choose("en");
      expect(portuguese).toBeDefined();
      expect(subtaskCauseText(cause)).not.toBe(portuguese);
    }
    expect(subtaskCauseText(null)).toBeUndefined();
    expect(subtaskCauseText({ code: "a code of a later daemon" as SubtaskCauseCode })).toBeUndefined();
  });
});
