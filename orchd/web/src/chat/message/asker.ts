/** Who asked a question, in a word. */

import type { ChatMessage } from "@orchd/client";
import type { MessageActions } from "$/chat/message/actions";

/** Where nobody says who it was, it was whoever the conversation belongs to: an earlier question, or an imported one. */
export function askerOf(
  { asker }: Pick<ChatMessage, "asker">,
  { userId, ownerId }: Pick<MessageActions, "userId" | "ownerId">,
  words: { readonly you: string; readonly question: string },
): string {
  if (asker === undefined) return ownerId === undefined || ownerId === userId ? words.you : words.question;
  return userId === undefined || asker.userId === userId ? words.you : asker.name;
}
