/** What a search has found, by the conversation that it is in: none of them fills the list alone. */

import type { SearchItem } from "@orchd/client";

/** Hits of a conversation that are shown at once. */
export const SHOWN = 3;

export interface HitGroup {
  readonly key: string;
  /** The best first. */
  readonly items: readonly SearchItem[];
}

/** Hits of one conversation stand where its first one does; what is in no conversation stands alone. */
export function hitGroups(items: readonly SearchItem[]): HitGroup[] {
  const groups = new Map<string, SearchItem[]>();
  for (const item of items) {
    const key = item.conversationId === null ? `${item.kind} ${item.id}` : `${item.conversationId}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].map(([key, hits]) => ({ key, items: hits }));
}

/** A few of each conversation. */
export function fewOfEach(items: readonly SearchItem[]): SearchItem[] {
  return hitGroups(items).flatMap((group) => group.items.slice(0, SHOWN));
}
