import type { ChatProgress } from "@orchd/client";
import type { texts } from "$/chat/message/texts";
import { formatNumber } from "$/text/language.svelte";

/** What an answer waits for. */
export function waitingText({ phase, position }: ChatProgress, t: ReturnType<typeof texts>): string {
  if (phase === "queued") return position === undefined ? t.queued_unknown : t.queued(formatNumber(position));
  if (phase === "loading") return t.loading_model;
  return phase === "prompt" ? t.reading : t.generating;
}
