/** Figures in words; what a machine doesn't tell is said to be not known. */

import { texts } from "$/machine/texts";
import { formatBytes, formatNumber, formatShare } from "$/text/language.svelte";

type Known = number | null | undefined;

function said(value: Known, format: (value: number) => string): string {
  return value == null ? texts().unknown : format(value);
}

/** Of a value from 0 to 100. */
export function percentOrUnknown(value: Known): string {
  return said(value, (known) => formatShare(known / 100));
}

export function bytesOrUnknown(value: Known): string {
  return said(value, formatBytes);
}

export function numberOrUnknown(value: Known): string {
  return said(value, (known) => formatNumber(known));
}

/** With a sign that is the same in all languages. */
export function unitOrUnknown(value: Known, unit: string): string {
  return said(value, (known) => `${formatNumber(known)} ${unit}`);
}
