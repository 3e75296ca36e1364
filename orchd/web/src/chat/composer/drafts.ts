/** What somebody has typed and not sent, and the files with it, kept in the browser by conversation: a reload loses nothing. */

import type { FileItem } from "@orchd/client";

const PREFIX = "orchd.draft.";
/** Of drafts longer than this the browser's storage has no room for many. */
const MAX_LENGTH = 200_000;

/** What is kept of a file that the daemon has already. */
export type DraftFile = Pick<FileItem, "id" | "name" | "type" | "size">;

function key(conversationId: number | undefined): string {
  return `${PREFIX}${conversationId ?? "new"}`;
}

export function readDraft(conversationId: number | undefined): string {
  return localStorage.getItem(key(conversationId)) ?? "";
}

export function keepDraft(conversationId: number | undefined, text: string): void {
  if (text.length <= MAX_LENGTH) keep(key(conversationId), text);
}

export function readDraftFiles(conversationId: number | undefined): DraftFile[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(`${key(conversationId)}.files`) ?? "[]");
    return Array.isArray(found) ? found.filter(isDraftFile) : [];
  } catch {
    return []; // somebody else's text stands there
  }
}

export function keepDraftFiles(conversationId: number | undefined, files: readonly DraftFile[]): void {
  const kept = files.map(({ id, name, type, size }) => ({ id, name, type, size }));
  keep(`${key(conversationId)}.files`, kept.length === 0 ? "" : JSON.stringify(kept));
}

function isDraftFile(value: unknown): value is DraftFile {
  const file = value as Partial<Record<keyof DraftFile, unknown>> | null;
  return typeof file?.id === "number" && typeof file.name === "string" && typeof file.type === "string";
}

function keep(name: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // The storage is full: the text stays on the page.
  }
}
