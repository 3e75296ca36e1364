/** What somebody has typed and not sent in each conversation, with its files, and what was sent and has not arrived yet. */

import type { FileItem } from "@orchd/client";
import type { Question } from "$/chat/composer/question";
import type { UnsureQuestion } from "$/chat/unsure";
import { drafts } from "$/drafts/store.svelte";

/** What is kept of a file that the daemon has already. */
export type DraftFile = Pick<FileItem, "id" | "name" | "type" | "size">;

/** What a template says besides the text, and what it is called. */
export interface DraftTemplate {
  readonly name: string;
  readonly more: Pick<Question, "systemPrompt" | "params">;
}

/** A question with all that belongs to it. */
export interface DraftPart {
  readonly text: string;
  readonly files: readonly DraftFile[];
  readonly template?: DraftTemplate | undefined;
}

/** A question that is on its way or waits for its turn; `key` tells it from the others. */
export interface UnsentPart extends DraftPart {
  readonly key: string;
  /** Undefined until it is on its way. */
  readonly sent?: Sent | undefined;
}

/** By what a question is told from others of the same text, once nobody knows whether it has arrived. */
export type Sent = Pick<UnsureQuestion, "last" | "begun">;

export interface Draft extends DraftPart {
  /** In the order in which they were sent. */
  readonly unsent: readonly UnsentPart[];
}

const EMPTY: Draft = { text: "", files: [], unsent: [] };

function place(conversationId: number | undefined): string {
  return `chat.${conversationId ?? "new"}`;
}

export function readDraft(conversationId: number | undefined): Draft {
  const kept = drafts.read(place(conversationId));
  if (typeof kept !== "object" || kept === null) return EMPTY;
  const unsent: unknown = (kept as Partial<Draft>).unsent;
  return { ...partOf(kept), unsent: Array.isArray(unsent) ? unsent.filter(isObject).map(unsentOf) : [] };
}

/** Keep what has changed; returns whether the browser had room for all of it. */
export function changeDraft(conversationId: number | undefined, change: Partial<Draft>): boolean {
  const { text, files, template, unsent } = { ...readDraft(conversationId), ...change };
  const empty = text === "" && files.length === 0 && template === undefined && unsent.length === 0;
  const kept = files.map(({ id, name, type, size }) => ({ id, name, type, size }));
  return drafts.keep(place(conversationId), empty ? undefined : { text, files: kept, template, unsent });
}

export function addUnsent(conversationId: number | undefined, part: UnsentPart): void {
  changeDraft(conversationId, { unsent: [...readDraft(conversationId).unsent, part] });
}

export function dropUnsent(conversationId: number | undefined, key: string): void {
  const { unsent } = readDraft(conversationId);
  if (unsent.some((part) => part.key === key))
    changeDraft(conversationId, { unsent: unsent.filter((part) => part.key !== key) });
}

/** Make one question of several that wait in a conversation; returns it. */
export function joinUnsent(conversationId: number | undefined, parts: readonly UnsentPart[]): UnsentPart | undefined {
  const [first, ...more] = parts;
  if (first === undefined || more.length === 0) return first;
  const one: UnsentPart = {
    key: first.key,
    text: parts.map((part) => part.text).join("\n\n"),
    files: parts.flatMap(({ files }) => files),
    template: parts.findLast((part) => part.template !== undefined)?.template,
  };
  for (const { key } of parts) dropUnsent(conversationId, key);
  addUnsent(conversationId, one);
  return one;
}

/** Note that it is on its way now. */
export function noteSent(conversationId: number | undefined, key: string, sent: Sent): void {
  const unsent = readDraft(conversationId).unsent.map((part) => (part.key === key ? { ...part, sent } : part));
  changeDraft(conversationId, { unsent });
}

function partOf(kept: object): DraftPart {
  const { text, files, template } = kept as Record<keyof DraftPart, unknown>;
  return {
    text: typeof text === "string" ? text : "",
    files: Array.isArray(files) ? files.filter(isDraftFile) : [],
    ...(isObject(template) ? { template: template as DraftTemplate } : {}),
  };
}

function unsentOf(kept: object): UnsentPart {
  const { key, sent } = kept as Partial<Record<keyof UnsentPart, unknown>>;
  return { ...partOf(kept), key: String(key), ...(isObject(sent) ? { sent: sent as Sent } : {}) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isDraftFile(value: unknown): value is DraftFile {
  const file = value as Partial<Record<keyof DraftFile, unknown>> | null;
  return typeof file?.id === "number" && typeof file.name === "string" && typeof file.type === "string";
}
