import type { NotificationDetail, NotificationKind } from "@orchd/client";
import { expect, it } from "vitest";
import { detailText } from "$/shell/detail";
import { language } from "$/text/language.svelte";

const DETAILS: Readonly<Record<NotificationKind, NotificationDetail | null>> = {
  access: { rowKind: "task", row: 5, endsAt: "2026-11-29T09:30:00.000Z", opened: true, note: "asked for" },
  account: { spent: 1_500_000, limit: 1_000_000, month: "2026-11", currency: "USD" },
  approval: { question: "result" },
  backend_down: { error: { code: "unavailable", message: "refused", reason: "connect" } },
  backup_failed: null,
  quota: { endsAt: "2026-11-29T09:30:00.000Z" },
  task_completed: null,
  task_failed: { cause: { code: "no_result" } },
  task_waiting: { cause: { code: "budget_calls", spent: 40, limit: 40 } },
};
const KINDS = Object.keys(DETAILS) as NotificationKind[];

function said(kind: NotificationKind, detail = DETAILS[kind]): string {
  return detailText({ kind, detail, text: "in English" });
}

it("is said in the page's language for each kind that has more to say than its headline", () => {
  language.choose("pt-BR");
  const portuguese = KINDS.map((kind) => said(kind));
  language.choose("en");
  const english = KINDS.map((kind) => said(kind));
  for (const all of [portuguese, english]) expect(all.filter((each) => each === "")).toHaveLength(2);
  expect(english.filter((each) => each !== "" && portuguese.includes(each))).toEqual([]);
  expect([...portuguese, ...english].join()).not.toMatch(/undefined|in English|Invalid/);
});

it("names amounts, the month, the question and what an admin said", () => {
  language.choose("pt-BR");
  expect(said("account")).toMatch(/1,50 em novembro de 2026, de .*1,00\./);
  expect(said("approval")).toBe("O resultado vale?");
  expect(said("access")).toMatch(/^Tarefa 5, até .* Já foi lida\. “asked for”$/);
  expect(said("backend_down")).toBe("Ninguém responde no endereço do servidor de modelos.");
});

it("is the daemon's where an older one made no details, or a later one others", () => {
  expect(said("task_failed", null)).toBe("in English");
  expect(said("approval", { question: "later" as "plan" })).toBe("in English");
  expect(said("access", { rowKind: "later", endsAt: "2026-11-29T09:30:00.000Z", row: 1 })).toBe("in English");
  expect(detailText({ kind: "constructor" as "quota", detail: {}, text: "in English" })).toBe("in English");
  expect(detailText({ kind: "task_completed", text: "" })).toBe("");
});
