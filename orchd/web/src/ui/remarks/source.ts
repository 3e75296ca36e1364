/** What sources of a check are called that the daemon has named itself, in the language of the page. */

import type { VerifySourceKind, VerifySourceLabel } from "@orchd/client";
import { defineTexts } from "$/text/language.svelte";

const texts = defineTexts(
  {
    message: (id: string) => `message ${id}`,
    request: () => "the request",
    task_text: () => "the task's text",
  },
  {
    message: (id) => `a mensagem ${id}`,
    request: () => "o pedido",
    task_text: () => "o texto da tarefa",
  },
);

/** A source's own name where a person has given it, or a later daemon calls it something new. */
export function sourceText(name: string, labels: readonly VerifySourceLabel[] | undefined): string {
  const label = labels?.find((each) => each.name === name);
  const sayings: Readonly<Record<VerifySourceKind, (id: string) => string>> = texts();
  if (label === undefined || !Object.hasOwn(sayings, label.kind)) return name;
  return sayings[label.kind as VerifySourceKind](String(label.messageId ?? ""));
}
