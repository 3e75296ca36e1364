import type { VerifySourceKind } from "@orchd/client";
import { expect, it } from "vitest";
import { language } from "$/text/language.svelte";
import { sourceText } from "$/ui/remarks/source";

it("is said where the daemon has named a source, and as it is called where a person has", () => {
  const labels = [
    { name: "message 12", kind: "message" as const, messageId: 12 },
    { name: "request", kind: "request" as const },
    { name: "The task's text", kind: "task_text" as const },
    { name: "new", kind: "later" as VerifySourceKind },
  ];
  const names = labels.map(({ name }) => name);
  language.choose("pt-BR");
  expect(names.map((name) => sourceText(name, labels))).toEqual([
    "a mensagem 12",
    "o pedido",
    "o texto da tarefa",
    "new",
  ]);
  language.choose("en");
  expect(sourceText("request", labels)).toBe("the request");
  expect(sourceText("request", undefined)).toBe("request");
  expect(sourceText("Guide", labels)).toBe("Guide");
});
