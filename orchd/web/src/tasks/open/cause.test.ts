import type { TaskCause, TaskCauseCode } from "@orchd/client";
import { beforeEach, describe, expect, it } from "vitest";
import { causeText } from "$/tasks/open/cause";
import { language } from "$/text/language.svelte";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly TaskCauseCode[] }>> };
const CODES = SCHEMA.$defs["TaskCauseCode"]?.enum ?? [];

/** All that a cause may hold. */
function whole(code: TaskCauseCode): TaskCause {
  return {
    code,
    spent: 1.5,
    limit: 2,
    endsAt: "2026-11-29T09:30:00.000Z",
    brakes: [{ what: "cpu", percent: 91, limit: 80 }],
    titles: ["Read", "Write"],
    lost: 2,
    total: 3,
    note: "not so",
    error: { code: "timeout", message: "slow", reason: "gap" },
  };
}

describe("why a task stands as it does", () => {
  beforeEach(() => language.choose("pt-BR"));

  it("is there for each code, in both languages, and none is said as another one", () => {
    expect(CODES.length).toBeGreaterThan(10);
    const portuguese = CODES.map((code) => causeText(whole(code)));
    language.choose("en");
    const english = CODES.map((code) => causeText(whole(code)));
    for (const said of [portuguese, english]) {
      expect(said).not.toContain(undefined);
      expect(new Set(said).size).toBe(CODES.length);
      expect(said.join()).not.toContain("undefined");
    }
    expect(english.filter((said) => portuguese.includes(said))).toEqual([]);
  });

  it("names figures and steps, and says an error in the language of the page", () => {
    expect(causeText(whole("budget_minutes"))).toBe("O orçamento acabou: 1,5 de 2 minutos.");
    expect(causeText(whole("subtasks_lost"))).toBe("2 de 3 passos não deram certo: “Read”, “Write”.");
    expect(causeText(whole("not_planned"))).toBe(
      "Ela não pôde ser planejada. O servidor de modelos parou de responder no meio da resposta.",
    );
    const interrupted = { code: "interrupted", message: "the daemon ended twice while it ran" };
    expect(causeText({ code: "not_joined", error: interrupted })).not.toContain("daemon");
    expect(causeText({ code: "dependency_refused" })).not.toContain("“");
  });

  it("is not made up where nobody told it, or a later daemon did", () => {
    expect(causeText(null)).toBeUndefined();
    expect(causeText({ code: "a code of a later daemon" as TaskCauseCode })).toBeUndefined();
    expect(causeText({ code: "toString" as TaskCauseCode })).toBeUndefined();
  });
});
