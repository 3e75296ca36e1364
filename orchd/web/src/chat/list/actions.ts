/** What is done with a conversation from the list; what can be taken back says so. */

import type { Client, ConversationItem, ExportFormat } from "@orchd/client";
import { notices } from "$/app/notices.svelte";
import { router } from "$/app/router.svelte";
import { texts } from "$/chat/list/texts";

export class ConversationActions {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  pin({ id, pinned }: ConversationItem): void {
    void this.#attempt(this.#client.conversation.update({ conversationId: id, pinned: !pinned }));
  }

  markRead({ id, unread }: ConversationItem): void {
    void this.#attempt(this.#client.conversation.update({ conversationId: id, unread: !unread }));
  }

  async archive(item: ConversationItem): Promise<void> {
    const { id, archived, title } = item;
    const put = (away: boolean): Promise<unknown> =>
      this.#client.conversation.update({ conversationId: id, archived: away });
    if (!(await this.#attempt(put(!archived)))) return;
    const t = texts();
    notices.done(archived ? t.unarchived(title) : t.was_archived(title), {
      label: t.undo,
      run: () => void this.#attempt(put(archived)),
    });
  }

  async delete({ id, title }: ConversationItem): Promise<void> {
    if (!(await this.#attempt(this.#client.conversation.delete({ conversationId: id })))) return;
    const open = router.area === "chat" && router.id === id;
    if (open) router.go("/chat");
    const t = texts();
    notices.done(t.deleted(title), { label: t.undo, run: () => void this.#restore(id, open) });
  }

  async duplicate({ id }: ConversationItem): Promise<void> {
    try {
      const copy = await this.#client.conversation.duplicate({ conversationId: id });
      notices.done(texts().duplicated(copy.title));
      router.go(`/chat/${copy.id}`);
    } catch (error) {
      notices.failed(error);
    }
  }

  /** Store a conversation as a file of the browser's. */
  async export({ id, title }: ConversationItem, format: ExportFormat): Promise<void> {
    const pieces: string[] = [];
    try {
      let cursor: string | null = null;
      do {
        const piece: { text: string; nextCursor: string | null } = await this.#client.conversation.export({
          conversationIds: [id],
          format,
          ...(cursor === null ? {} : { cursor }),
        });
        pieces.push(piece.text);
        cursor = piece.nextCursor;
      } while (cursor !== null);
    } catch (error) {
      notices.failed(error);
      return;
    }
    const markdown = format === "markdown";
    store(pieces, fileName(title, markdown ? "md" : "json"), markdown ? "text/markdown" : "application/json");
  }

  async restore({ id, title }: ConversationItem): Promise<void> {
    if (await this.#attempt(this.#client.conversation.restore({ conversationId: id })))
      notices.done(texts().restored(title));
  }

  async #restore(id: number, open: boolean): Promise<void> {
    if ((await this.#attempt(this.#client.conversation.restore({ conversationId: id }))) && open)
      router.go(`/chat/${id}`);
  }

  async #attempt(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      notices.failed(error);
      return false;
    }
  }
}

/** A title as the name of a file, on any system. */
export function fileName(title: string, ending: string): string {
  const plain = title
    .replace(/[\s\u0000-\u001f\u007f<>:"/\\|?*]+/g, " ")
    .trim()
    .replace(/[ .]+$/, "");
  return `${[...plain].slice(0, 80).join("") || "conversation"}.${ending}`;
}

function store(pieces: string[], name: string, type: string): void {
  const address = URL.createObjectURL(new Blob(pieces, { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
