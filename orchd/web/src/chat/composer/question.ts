/** A question as the composer gives it. */

import type { ChatSend } from "@orchd/client";

export type Question = Pick<ChatSend, "message" | "fileIds" | "systemPrompt" | "params">;
