/** What something cost, as the daemon tells it: an amount for each currency. */

import type { Expense } from "@orchd/client";
import { formatMoney } from "$/text/language.svelte";

/** `€0.0123 + $1.20`; nothing where nothing is known, as of an older daemon, and for nothing. */
export function expenseText(expenses: readonly Expense[] | undefined): string {
  return (expenses ?? [])
    .filter(({ costMicros }) => costMicros > 0)
    .map(({ costMicros, currency }) => formatMoney(costMicros, currency))
    .join(" + ");
}
