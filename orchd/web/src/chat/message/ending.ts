import type { ChatMessage } from "@orchd/client";
import type { texts } from "$/chat/message/texts";
import { toldText } from "$/ui/failure";

/** How an answer ended, where that is worth a word. */
export function endingOf(stored: ChatMessage, t: ReturnType<typeof texts>): string {
  if (stored.status === "error" && stored.error) return toldText(stored.error);
  if (stored.finishReason === "loop") return t.looped;
  if (stored.status === "interrupted") return t.interrupted;
  if (stored.status === "cancelled") return t.cancelled;
  return stored.finishReason === "length" ? t.cut_off : "";
}

/** Whether an answer can be gone on with. */
export function isUnfinished({ status, finishReason }: ChatMessage): boolean {
  const ended = status === "interrupted" || status === "cancelled" || status === "error";
  return ended || (status === "complete" && finishReason === "length");
}
