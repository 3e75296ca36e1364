/** A text with the places that were searched for; places count code points, as the daemon does. */

import type { SearchPlace } from "@orchd/client";

export interface ExcerptPart {
  readonly text: string;
  readonly found: boolean;
}

/** A text that begins a little before its first place, at a word, so that one line of it shows that place. */
export function fromFirstPlace(text: string, places: readonly SearchPlace[], before = 12): string {
  const points = [...text];
  const first = Math.min(...places.map(({ start }) => start), points.length);
  if (first <= before || places.length === 0) return text;
  const blank = points.findLastIndex((point, at) => at < first - before && /\s/.test(point));
  const start = blank < 0 || first - blank > 3 * before ? wholeBefore(points, first - before) : blank + 1;
  return `…${points.slice(start).join("")}`;
}

/** Where the sign begins that stands at a point: marks and joined pictures belong to what is before them. */
function wholeBefore(points: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && (/^[\p{M}\p{Emoji_Modifier}\u200d]/u.test(points[start] ?? "") || points[start - 1] === "\u200d"))
    start -= 1;
  return start;
}

export function excerptParts(text: string, places: readonly SearchPlace[]): ExcerptPart[] {
  const points = [...text];
  const parts: ExcerptPart[] = [];
  let at = 0;
  const add = (to: number, found: boolean): void => {
    if (to > at) parts.push({ text: points.slice(at, to).join(""), found });
    at = Math.max(at, to);
  };
  for (const { start, end } of [...places].sort((a, b) => a.start - b.start)) {
    add(Math.min(start, points.length), false);
    add(Math.min(end, points.length), true);
  }
  add(points.length, false);
  return parts;
}
