/**
 * The files that go with a question: sent to the daemon at once, kept with the draft. They go on being sent whatever is
 * shown meanwhile. Of a PDF the daemon says then what text there is in it.
 */

import {
  type Client,
  DisconnectedError,
  type FileItem,
  type FileTextFacts,
  type ModelItem,
  RequestError,
} from "@orchd/client";
import { SvelteMap } from "svelte/reactivity";
import { upload } from "$/app/upload";
import { changeDraft, type DraftFile, readDraft } from "$/chat/composer/drafts";

/** So many files a question may have. */
export const MAX_FILES = 20;

const PDF = "application/pdf";

/** Why a file can't go with a question: its kind, a model that sees no images, or what the daemon said of it. */
export type AttachmentProblem = "no_text" | { readonly blind: string } | { readonly error: unknown };

export interface Attachment {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** How much of it the daemon has, from 0 to 1. */
  readonly share: number;
  /** The file as the daemon has it; undefined until it does. */
  readonly file: DraftFile | undefined;
  /** What text there is in a PDF; undefined until the daemon has said it. */
  readonly text?: FileTextFacts | undefined;
  /** Where a picture is shown from. */
  readonly preview: string | undefined;
  readonly error: unknown;
  /** What is sent once more where that failed; undefined for what the daemon has. */
  readonly source?: File | undefined;
}

export class Attachments {
  #files = new SvelteMap<number, Attachment>();
  readonly #uploads = new Map<number, AbortController>();
  /** PDFs that the daemon is reading. */
  readonly #reads = new Map<number, AbortController>();
  readonly #client: Client;
  #conversationId: number | undefined;
  #lastKey = 0;

  constructor(client: Client, conversationId: number | undefined) {
    this.#client = client;
    this.#conversationId = conversationId;
    this.#show(readDraft(conversationId).files);
  }

  get all(): Attachment[] {
    return [...this.#files.values()];
  }

  /** Whether some are on their way, or being read. */
  get uploading(): boolean {
    return this.all.some(
      (attachment) => attachment.error === undefined && (attachment.file === undefined || isUnread(attachment)),
    );
  }

  /** Put files back in front that the daemon has: those of a draft, or of a question that was not stored. */
  putBack(files: readonly DraftFile[]): void {
    const later = this.all;
    this.#files.clear();
    this.#show(files);
    for (const attachment of later) this.#files.set(attachment.key, attachment);
    this.#keep();
  }

  /** The conversation has been begun by now. */
  move(conversationId: number): void {
    this.#conversationId = conversationId;
  }

  /** Begin to send files; returns whether all of them had room. */
  add(files: Iterable<File>): boolean {
    for (const file of files) {
      if (this.#files.size >= MAX_FILES) return false;
      void this.#send(this.#added(file), file);
    }
    return true;
  }

  /** Leave one out; one that is being sent isn't sent any further, nor is a PDF read on. */
  remove(key: number): void {
    this.#uploads.get(key)?.abort();
    this.#uploads.delete(key);
    this.#reads.get(key)?.abort();
    this.#forget(key);
    this.#keep();
  }

  /** Whether it may go well the next time. */
  canRetry({ source, file, error }: Attachment): boolean {
    if (error === undefined) return false;
    return source !== undefined || (file?.type === PDF && !(error instanceof RequestError && !error.retryable));
  }

  /** Send one again that could not be sent, or have it read again. */
  retry(key: number): void {
    const { source, file } = this.#files.get(key) ?? {};
    if (this.#uploads.has(key)) return;
    if (file?.type === PDF) void this.#read(key, file);
    if (source === undefined) return;
    this.#change(key, { share: 0, error: undefined });
    void this.#send(key, source);
  }

  /** Send those again for which the daemon was away. */
  resume(): void {
    for (const { key, error } of this.all) if (error instanceof DisconnectedError) this.retry(key);
  }

  /** Take out those that the daemon has, in the order in which they were added: they go with a question. */
  take(): DraftFile[] {
    const taken = this.all.flatMap(({ key, file }) => (file === undefined ? [] : [{ key, file }]));
    for (const { key } of taken) this.#forget(key);
    this.#keep();
    return taken.map(({ file }) => file);
  }

  /** Note what the daemon said of one of those that were to be sent. */
  blame(index: number, error: unknown): void {
    const found = this.all.filter(({ file }) => file !== undefined)[index];
    if (found !== undefined) this.#files.set(found.key, { ...found, error });
  }

  /** Why a file can't go to these models; undefined where nothing speaks against it, or nobody knows. */
  problem({ file, error }: Attachment, models: readonly ModelItem[]): AttachmentProblem | undefined {
    if (error !== undefined) return { error };
    if (file === undefined) return undefined;
    if (file.type.startsWith("image/")) {
      const blind = models.find(({ sees }) => sees === false);
      return blind === undefined ? undefined : { blind: blind.name };
    }
    return file.type.startsWith("text/") || file.type === PDF ? undefined : "no_text";
  }

  #show(files: readonly DraftFile[]): void {
    for (const file of files) {
      const preview = file.type.startsWith("image/") ? `/files/${file.id}` : undefined;
      const key = this.#put({ name: file.name, size: file.size, share: 1, file, preview, error: undefined });
      if (file.type === PDF) void this.#read(key, file);
    }
  }

  #added(file: File): number {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : undefined;
    const name = file.name || "image.png";
    return this.#put({ name, size: file.size, share: 0, file: undefined, preview, error: undefined, source: file });
  }

  async #send(key: number, source: File): Promise<void> {
    const name = this.#files.get(key)?.name ?? source.name;
    const leaving = new AbortController();
    this.#uploads.set(key, leaving);
    try {
      const stored = await upload<FileItem>(`/files?name=${encodeURIComponent(name.slice(0, 255))}`, source, {
        type: "application/octet-stream",
        signal: leaving.signal,
        progress: (share) => this.#change(key, { share }),
      });
      // What only claims to be a picture isn't shown as one.
      const picture = stored.type.startsWith("image/");
      this.#change(key, { share: 1, file: stored, source: undefined, ...(picture ? {} : { preview: undefined }) });
      this.#keep();
      if (stored.type === PDF) void this.#read(key, stored);
    } catch (error) {
      if (!leaving.signal.aborted) this.#change(key, { error });
    } finally {
      this.#uploads.delete(key);
    }
  }

  /** Have the daemon read a PDF: what it can't read is said before anything is sent. */
  async #read(key: number, file: DraftFile): Promise<void> {
    this.#change(key, { error: undefined });
    const leaving = new AbortController();
    this.#reads.set(key, leaving);
    try {
      this.#change(key, { text: await this.#client.file.text({ fileId: file.id }, { signal: leaving.signal }) });
    } catch (error) {
      this.#change(key, { error });
    } finally {
      this.#reads.delete(key);
    }
  }

  #put(attachment: Omit<Attachment, "key">): number {
    const key = ++this.#lastKey;
    this.#files.set(key, { ...attachment, key });
    return key;
  }

  #change(key: number, changed: Partial<Attachment>): void {
    const known = this.#files.get(key);
    if (known !== undefined) this.#files.set(key, { ...known, ...changed });
  }

  #forget(key: number): void {
    const preview = this.#files.get(key)?.preview;
    if (preview?.startsWith("blob:")) URL.revokeObjectURL(preview);
    this.#files.delete(key);
  }

  #keep(): void {
    changeDraft(this.#conversationId, { files: this.all.flatMap(({ file }) => (file === undefined ? [] : [file])) });
  }
}

/** Whether it is a PDF of which the daemon hasn't said yet what is in it. */
export function isUnread({ file, text }: Attachment): boolean {
  return file?.type === PDF && text === undefined;
}

const SHELVES = new WeakMap<Client, Map<number | undefined, Attachments>>();

/** Those of a conversation, or of the one that the next question begins, for as long as the connection's page is there. */
export function attachmentsOf(client: Client, conversationId: number | undefined): Attachments {
  let shelf = SHELVES.get(client);
  if (shelf === undefined) SHELVES.set(client, (shelf = new Map()));
  let attachments = shelf.get(conversationId);
  if (attachments === undefined) shelf.set(conversationId, (attachments = new Attachments(client, conversationId)));
  return attachments;
}

/** The conversation has been begun: what was attached since for its next question is its own. */
export function moveAttachments(client: Client, conversationId: number): void {
  const shelf = SHELVES.get(client);
  const attachments = shelf?.get(undefined);
  if (shelf === undefined || attachments === undefined) return;
  shelf.delete(undefined);
  attachments.move(conversationId);
  shelf.set(conversationId, attachments);
}
