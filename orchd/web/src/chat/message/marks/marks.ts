/** What one person says of a message; it is shown as the daemon has it by then. */

import type { ChatRatingWord, Client } from "@orchd/client";
import type { ShownMessage } from "$/chat/message/shown.svelte";

/** Say whether an answer is good; undefined takes that back. */
export async function rateAnswer(
  client: Client,
  message: ShownMessage,
  rating: ChatRatingWord | undefined,
  reason?: string,
): Promise<void> {
  const why = reason === undefined || reason === "" ? {} : { reason };
  message.mark(await client.chat.rate({ messageId: message.id, rating: rating ?? null, ...why }));
}

/** Put an emoji to a message, or take it away. */
export async function reactTo(client: Client, message: ShownMessage, emoji: string, remove: boolean): Promise<void> {
  message.mark(await client.chat.react({ messageId: message.id, emoji, remove }));
}
