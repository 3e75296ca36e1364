/** How far a load or a benchmark is, in words. */

import type { ModelProgress } from "@orchd/client";
import { texts } from "$/models/texts";
import { formatNumber, formatShare } from "$/text/language.svelte";

export function progressText(progress: ModelProgress | undefined): string {
  const t = texts();
  if (progress === undefined) return t.phases.queued;
  const { phase, position, progress: share } = progress;
  const named = (t.phases as Readonly<Record<string, string>>)[phase] ?? phase;
  if (phase === "queued" && position !== undefined) return t.place(named, formatNumber(position));
  return share === undefined ? named : t.share(named, formatShare(share));
}
