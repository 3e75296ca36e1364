/** The conversations that one sees, those in use first: one list for the whole page, of which a part is shown. */

import type { Client, ConversationChanged, ConversationItem, ConversationLabel, ProjectItem } from "@orchd/client";
import { changesOf, LiveList } from "$/app/live-list.svelte";
import type { Person } from "$/app/person";

const PAGE = 100;

/** Which of them are shown. */
export type ShelfFilter =
  | { readonly kind: "all" | "archived" | "deleted" }
  | { readonly kind: "folder" | "tag"; readonly name: string }
  | { readonly kind: "project"; readonly id: number };

/** What a change of the open conversation is told to. */
type Watcher = (item: ConversationItem | undefined) => void;

export function compareConversations(a: ConversationItem, b: ConversationItem): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return b.updatedAt.localeCompare(a.updatedAt) || b.id - a.id;
}

export function fitsFilter(item: ConversationItem, filter: ShelfFilter): boolean {
  if (filter.kind === "deleted") return item.deletedAt !== null;
  if (item.deletedAt !== null || item.archived !== (filter.kind === "archived")) return false;
  switch (filter.kind) {
    case "folder":
      return item.folder === filter.name;
    case "tag":
      return item.tags.includes(filter.name);
    case "project":
      return item.projectId === filter.id;
    default:
      return true;
  }
}

/** Whether a title has all words that are typed, or what begins or holds them. */
export function fitsWords(title: string, typed: string): boolean {
  const there = folded(title);
  return folded(typed)
    .split(/\s+/)
    .every((word) => there.includes(word));
}

/** Without case and accents, as the daemon searches. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether somebody may change a conversation, as far as that is known; who may not is told so when they try. */
export function mayChange(
  { userId, projectId }: ConversationItem,
  person: Person | undefined,
  projects: readonly ProjectItem[],
): boolean {
  if (person?.role === "viewer") return false;
  return userId === person?.userId || projects.find(({ id }) => id === projectId)?.role !== "viewer";
}

export class ConversationShelf {
  filter = $state.raw<ShelfFilter>({ kind: "all" });
  /** Where they can be put, and what they can be found by. */
  folders = $state.raw<ConversationLabel[]>([]);
  tags = $state.raw<ConversationLabel[]>([]);
  projects = $state.raw<ProjectItem[]>([]);
  readonly list: LiveList<ConversationItem>;
  readonly #client: Client;
  readonly #watchers = new Map<number, Set<Watcher>>();

  constructor(client: Client) {
    this.#client = client;
    this.list = new LiveList<ConversationItem>({
      list: (cursor) => client.conversation.list({ ...asked(this.filter), limit: PAGE, ...(cursor ? { cursor } : {}) }),
      subscribe: async (signal) =>
        changesOf(this.#told(await client.conversation.subscribe({}, { signal })), "conversationId"),
      fits: (item) => fitsFilter(item, this.filter),
      compare: compareConversations,
    });
  }

  /** Show others. */
  choose(filter: ShelfFilter): void {
    this.filter = filter;
    void this.list.reload();
  }

  /** Read which folders, tags and projects there are. */
  async readLabels(): Promise<void> {
    const [labels, projects] = await Promise.all([
      this.#client.conversation.labels(),
      this.#client.project.list({ limit: 200 }),
    ]);
    this.folders = labels.folders;
    this.tags = labels.tags;
    this.projects = projects.items;
  }

  /** Be told of each change of one conversation; undefined once it is gone. Returns what ends that. */
  watch(id: number, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(watcher));
    return () => watchers.delete(watcher);
  }

  async *#told<Event extends { type: string; data?: unknown }>(events: AsyncIterable<Event>): AsyncGenerator<Event> {
    for await (const event of events) {
      if (event.type === "conversation:changed") this.#tell(event.data as ConversationChanged);
      yield event;
    }
  }

  #tell({ change, conversationId, item }: ConversationChanged): void {
    // Of what is deleted only the id is told.
    if (change === "deleted" && this.filter.kind === "deleted") void this.list.reload();
    if (conversationId === null) return;
    for (const watcher of this.#watchers.get(conversationId) ?? []) watcher(item ?? undefined);
  }
}

function asked(filter: ShelfFilter): {
  archived?: boolean;
  deleted?: boolean;
  folder?: string;
  tag?: string;
  projectId?: number;
} {
  if (filter.kind === "deleted") return { deleted: true };
  const archived = filter.kind === "archived";
  switch (filter.kind) {
    case "folder":
      return { archived, folder: filter.name };
    case "tag":
      return { archived, tag: filter.name };
    case "project":
      return { archived, projectId: filter.id };
    default:
      return { archived };
  }
}

const SHELVES = new WeakMap<Client, ConversationShelf>();

/** The one of a connection; it stays, whatever is shown. */
export function shelfOf(client: Client): ConversationShelf {
  let shelf = SHELVES.get(client);
  if (shelf === undefined) SHELVES.set(client, (shelf = new ConversationShelf(client)));
  return shelf;
}
