/** What was typed into a form and not stored, kept in the browser so that a reload loses nothing. Secrets never are. */

import { drafts } from "$/drafts/store.svelte";
import { isValues, type Values } from "$/entities/values";

function place(family: string, id: number | undefined): string {
  return `form.${family}.${id ?? "new"}`;
}

export function readDraft(family: string, id: number | undefined): Values | undefined {
  const kept = drafts.read(place(family, id));
  return isValues(kept) ? kept : undefined;
}

export function keepDraft(family: string, id: number | undefined, values: Values | undefined): void {
  if (values !== undefined || drafts.read(place(family, id)) !== undefined) drafts.keep(place(family, id), values);
}
