/** Under which heading a conversation stands: pinned ones first, then by the day on which they were used last. */

import type { ConversationItem } from "@orchd/client";

export type DayGroup =
  "pinned" | "today" | "yesterday" | "week" | "month" | { readonly year: number; readonly month: number };

const DAY_MS = 86_400_000;

/** Midnight of a day in the browser's own time zone; a day may have 23 or 25 hours. */
function midnight(date: Date, daysBefore = 0): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBefore).getTime();
}

/** Undefined where nobody knows the day. */
export function dayGroup(
  { pinned, updatedAt }: Pick<ConversationItem, "pinned" | "updatedAt">,
  now = new Date(),
): DayGroup | undefined {
  if (pinned) return "pinned";
  const date = new Date(updatedAt);
  const time = date.getTime();
  if (time >= midnight(now)) return "today";
  if (time >= midnight(now, 1)) return "yesterday";
  if (time >= midnight(now, 7)) return "week";
  if (time >= midnight(now, 30)) return "month";
  if (Number.isNaN(time)) return undefined;
  return { year: date.getFullYear(), month: date.getMonth() };
}

/** How long it is until the groups are others, in milliseconds. */
export function untilMidnight(now = new Date()): number {
  return Math.min(DAY_MS, midnight(now, -1) - now.getTime());
}

export function groupKey(group: DayGroup | undefined): string {
  if (group === undefined) return "";
  return typeof group === "string" ? group : `${group.year}-${group.month}`;
}
