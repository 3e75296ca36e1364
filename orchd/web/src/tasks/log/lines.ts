/** The lines of a task's log as they are read: what says the same twice is there once. */

import type { ExecutionLogItem } from "@orchd/client";
import { factText, type Reader } from "$/tasks/log/fact";

export interface LogLine {
  readonly item: ExecutionLogItem;
  readonly text: string;
  /** How often it happened in a row; the latest time is shown. */
  readonly times: number;
}

/** `items`: the latest first. */
export function logLines(items: readonly ExecutionLogItem[], reader: Reader): LogLine[] {
  const lines: LogLine[] = [];
  items.forEach((item, at) => {
    if (waitsForQuestion(item) && items[at + 1]?.fact?.code === "asked") return;
    const text = factText(item.fact, reader) ?? item.message;
    const later = lines.at(-1);
    const same = later?.text === text && later.item.subtaskId === item.subtaskId && later.item.level === item.level;
    if (later !== undefined && same) lines[lines.length - 1] = { ...later, times: later.times + 1 };
    else lines.push({ item, text, times: 1 });
  });
  return lines;
}

/** Whether it says that the task waits for an answer, as the line before it does, which asks for that. */
function waitsForQuestion({ fact }: ExecutionLogItem): boolean {
  return fact?.code === "task_held" && (fact.cause?.code.endsWith("_question") ?? false);
}
