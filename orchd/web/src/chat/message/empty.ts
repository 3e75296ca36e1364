import type { ChatMessage } from "@orchd/client";

/** An answer of which nothing is told yet but that it is wanted. */
export function emptyAnswer(id: number, conversationId: number, parentId: number | null, model?: string): ChatMessage {
  return {
    id,
    conversationId,
    parentId,
    role: "assistant",
    content: "",
    reasoning: null,
    status: "streaming",
    model: model ?? null,
    timestamp: new Date().toISOString(),
    finishReason: null,
    usage: null,
    timings: null,
    error: null,
  };
}
