/** A text with the places that were searched for; places count code points, as the daemon does. */

import type { SearchPlace } from "@orchd/client";

export interface ExcerptPart {
  readonly text: string;
  readonly found: boolean;
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
