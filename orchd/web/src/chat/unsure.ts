/** Whether a question was stored, when the connection was lost before the daemon could say so. */

import type { Client } from "@orchd/client";

/** A question whose fate isn't known. */
export interface UnsureQuestion {
  /** Undefined for one that begins a conversation. */
  readonly conversationId: number | undefined;
  readonly text: string;
  /** Id of the last message before it, 0 where there was none. */
  readonly last: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly begun: number;
}

/** So many conversations are looked through: others may have begun some meanwhile. */
const LOOKED_THROUGH = 5;
/** By how much the clocks of the browser and the daemon may differ. */
const CLOCKS_MS = 60_000;

/**
 * Wait for a connection and look for it; return the id of its conversation, undefined when it isn't there.
 *
 * Throws as any request, and when `signal` aborts.
 */
export async function wasStored(
  client: Client,
  question: UnsureQuestion,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { conversationId, text, last, begun } = question;
  if (conversationId !== undefined) {
    const { messages } = await client.chat.history({ conversationId, limit: LOOKED_THROUGH }, { signal });
    const found = messages.some(({ id, role, content }) => role === "user" && id > last && content === text);
    return found ? conversationId : undefined;
  }
  const { items } = await client.conversation.list({ limit: LOOKED_THROUGH }, { signal });
  for (const { id, createdAt } of items) {
    if (new Date(createdAt).getTime() < begun - CLOCKS_MS) continue;
    const { messages } = await client.chat.history({ conversationId: id, limit: 2 }, { signal });
    if (messages[0]?.parentId === null && messages[0].content === text) return id;
  }
  return undefined;
}
