/** How far a load or a benchmark is, in words. */

import type { ModelProgress } from "@orchd/client";
import { texts } from "$/models/texts";
import { formatNumber, formatSeconds, formatShare } from "$/text/language.svelte";

export function progressText(progress: ModelProgress | undefined): string {
  const t = texts();
  if (progress === undefined) return t.phases.queued;
  const { phase, position, progress: share, etaMs } = progress;
  const named = (t.phases as Readonly<Record<string, string>>)[phase] ?? phase;
  const place = phase === "queued" && position !== undefined ? t.place(named, formatNumber(position)) : named;
  const far = share === undefined ? place : t.share(named, formatShare(share));
  return etaMs === undefined || etaMs === 0 ? far : t.left(far, formatSeconds(etaMs));
}
