/** To remove a row, and to have it back: with a word on the page each time. What the daemon can't have back goes later. */

import type { Client } from "@orchd/client";
import { notices } from "$/app/notices.svelte";
import { removals } from "$/app/removals.svelte";
import type { Kind } from "$/entities/kind";
import { texts } from "$/entities/texts";
import type { Row } from "$/entities/values";

export interface RowActions {
  /** Returns whether it went well; the page has said so by then. */
  remove(row: Row): Promise<boolean>;
  restore(row: Row): Promise<boolean>;
}

export function rowActions(client: Client, kind: Kind): RowActions {
  const nameOf = (row: Row): string => String(row[kind.title] ?? "");

  async function restore(row: Row): Promise<boolean> {
    try {
      await client.request(`${kind.family}:restore`, { [kind.idKey]: row.id });
      notices.done(texts().restored(nameOf(row)));
      return true;
    } catch (error) {
      notices.failed(error);
      return false;
    }
  }

  async function remove(row: Row): Promise<boolean> {
    const name = nameOf(row);
    const ask = () => client.request(`${kind.family}:delete`, { ...kind.removedWith, [kind.idKey]: row.id });
    if (!kind.trash) {
      const text = kind.removedWith === undefined ? texts().deleted(name) : texts().released(name);
      removals.begin({ key: removalKey(kind, row.id), text, undo: texts().undo, run: ask });
      return true;
    }
    try {
      await ask();
      notices.done(texts().deleted(name), { label: texts().undo, run: () => void restore(row) });
      return true;
    } catch (error) {
      notices.failed(error);
      return false;
    }
  }

  return { remove, restore };
}

/** By what a row is known among those that are being removed. */
export function removalKey(kind: Kind, id: number): string {
  return `${kind.family} ${id}`;
}
