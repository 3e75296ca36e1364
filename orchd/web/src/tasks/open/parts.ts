/** The joined text of a task, with its marks made links to the parts that they speak of. */

import type { SubtaskItem, TaskLink } from "@orchd/client";

const FENCE = /^(?: {0,3})(`{3,}|~{3,})/;

/** A part of the joined text; `number` is its step's place, from 1. */
export interface Part {
  readonly id: number;
  readonly number: number;
  readonly title: string;
}

/** The parts that the text has marks for, in the order of the steps. */
export function partsOf(links: readonly TaskLink[], subtasks: readonly SubtaskItem[]): Part[] {
  const linked = new Set(links.map(({ subtaskId }) => subtaskId));
  return subtasks.map(({ id, title }, place) => ({ id, title, number: place + 1 })).filter(({ id }) => linked.has(id));
}

/**
 * The text with each mark as a link to `address`, followed by `#step-` and the id of its part.
 *
 * What stands in a block of code stays as it is: there a mark is no link.
 */
export function linkParts(text: string, links: readonly TaskLink[], parts: readonly Part[], address: string): string {
  const numbers = new Map(parts.map(({ id, number }) => [id, number]));
  let fence: string | undefined;
  return text
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1];
      if (fence !== undefined) {
        if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length) fence = undefined;
        return line;
      }
      fence = mark;
      return mark === undefined ? linkLine(line, links, numbers, address) : line;
    })
    .join("\n");
}

function linkLine(
  line: string,
  links: readonly TaskLink[],
  numbers: ReadonlyMap<number, number>,
  address: string,
): string {
  let linked = line;
  for (const { mark, subtaskId } of links) {
    const number = numbers.get(subtaskId);
    if (number !== undefined) linked = linked.replaceAll(mark, `[\\[${number}\\]](${address}#step-${subtaskId})`);
  }
  return linked;
}
