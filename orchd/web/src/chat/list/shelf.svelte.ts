/** The conversations that one sees, those in use first. */

import type { Client, ConversationItem } from "@orchd/client";
import { changesOf, LiveList } from "$/app/live-list.svelte";

const PAGE = 50;

function compare(a: ConversationItem, b: ConversationItem): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return b.updatedAt.localeCompare(a.updatedAt) || b.id - a.id;
}

export function listConversations(client: Client): LiveList<ConversationItem> {
  return new LiveList<ConversationItem>({
    list: (cursor) =>
      client.conversation.list({ archived: false, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
    subscribe: async (signal) => changesOf(await client.conversation.subscribe({}, { signal }), "conversationId"),
    fits: ({ archived, deletedAt }) => !archived && deletedAt === null,
    compare,
  });
}
