/** The files that go with a question: sent to the daemon at once, kept with the draft. */

import type { FileItem, ModelItem } from "@orchd/client";
import { SvelteMap } from "svelte/reactivity";
import { upload } from "$/app/upload";
import { type DraftFile, keepDraftFiles, readDraftFiles } from "$/chat/composer/drafts";

/** So many files a question may have. */
export const MAX_FILES = 20;

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
  /** Where a picture is shown from. */
  readonly preview: string | undefined;
  readonly error: unknown;
}

export class Attachments {
  #files = new SvelteMap<number, Attachment>();
  readonly #uploads = new Map<number, AbortController>();
  #conversationId: number | undefined;
  #lastKey = 0;

  get all(): Attachment[] {
    return [...this.#files.values()];
  }

  get uploading(): boolean {
    return this.all.some(({ file, error }) => file === undefined && error === undefined);
  }

  /** The ids to send, in the order in which the files were added. */
  get ids(): number[] {
    return this.all.flatMap(({ file }) => (file === undefined ? [] : [file.id]));
  }

  /** Take those of another conversation's draft. */
  open(conversationId: number | undefined): void {
    this.#drop();
    this.#conversationId = conversationId;
    for (const file of readDraftFiles(conversationId)) {
      const preview = file.type.startsWith("image/") ? `/files/${file.id}` : undefined;
      this.#put({ name: file.name, size: file.size, share: 1, file, preview, error: undefined });
    }
  }

  /** Begin to send files; returns whether all of them had room. */
  add(files: Iterable<File>): boolean {
    for (const file of files) {
      if (this.#files.size >= MAX_FILES) return false;
      void this.#send(file);
    }
    return true;
  }

  /** Leave one out; one that is being sent isn't sent any further. */
  remove(key: number): void {
    this.#uploads.get(key)?.abort();
    this.#uploads.delete(key);
    const preview = this.#files.get(key)?.preview;
    if (preview?.startsWith("blob:")) URL.revokeObjectURL(preview);
    this.#files.delete(key);
    this.#keep();
  }

  /** No longer shown; the draft keeps them. */
  close(): void {
    this.#drop();
  }

  /** They have gone with a question. */
  clear(): void {
    this.#drop();
    this.#keep();
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
    return file.type.startsWith("text/") ? undefined : "no_text";
  }

  async #send(file: File): Promise<void> {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : undefined;
    const name = file.name || "image.png";
    const key = this.#put({ name, size: file.size, share: 0, file: undefined, preview, error: undefined });
    const leaving = new AbortController();
    this.#uploads.set(key, leaving);
    try {
      const stored = await upload<FileItem>(`/files?name=${encodeURIComponent(name.slice(0, 255))}`, file, {
        type: "application/octet-stream",
        signal: leaving.signal,
        progress: (share) => this.#change(key, { share }),
      });
      // What only claims to be a picture isn't shown as one.
      const picture = stored.type.startsWith("image/");
      this.#change(key, { share: 1, file: stored, ...(picture ? {} : { preview: undefined }) });
      this.#keep();
    } catch (error) {
      if (!leaving.signal.aborted) this.#change(key, { error });
    } finally {
      this.#uploads.delete(key);
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

  #drop(): void {
    for (const { preview } of this.all) if (preview?.startsWith("blob:")) URL.revokeObjectURL(preview);
    for (const leave of this.#uploads.values()) leave.abort();
    this.#uploads.clear();
    this.#files.clear();
  }

  #keep(): void {
    keepDraftFiles(
      this.#conversationId,
      this.all.flatMap(({ file }) => (file === undefined ? [] : [file])),
    );
  }
}
