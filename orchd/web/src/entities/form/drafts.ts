/** What was typed into a form and not stored, kept in the browser so that a reload loses nothing. Secrets never are. */

import { isValues, type Values } from "$/entities/values";

function key(family: string, id: number | undefined): string {
  return `orchd.form.${family}.${id ?? "new"}`;
}

export function readDraft(family: string, id: number | undefined): Values | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(family, id)) ?? "null");
    return isValues(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(family: string, id: number | undefined, values: Values | undefined): void {
  try {
    if (values === undefined) localStorage.removeItem(key(family, id));
    else localStorage.setItem(key(family, id), JSON.stringify(values));
  } catch {
    // The storage is full: the text stays on the page.
  }
}
