/** To remove a row, and to have it back: with a word on the page each time. */

import { type Client, ConflictError } from "@orchd/client";
import { notices } from "$/app/notices.svelte";
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

  async function remove(row: Row, more: object = {}): Promise<boolean> {
    try {
      await client.request(`${kind.family}:delete`, { ...more, [kind.idKey]: row.id });
      const undo = kind.trash ? { label: texts().undo, run: () => void restore(row) } : undefined;
      notices.done(texts().deleted(nameOf(row)), undo);
      return true;
    } catch (error) {
      // A project that something is in goes only where that is meant.
      const release = { label: texts().release, run: () => void remove(row, { rows: "release" }) };
      notices.failed(error, kind.family === "project" && error instanceof ConflictError ? release : undefined);
      return false;
    }
  }

  return { remove, restore };
}
