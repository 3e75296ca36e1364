/** The models that can be asked, and which one somebody has chosen, for each conversation. */

import type { BackendItem, Client, ModelItem } from "@orchd/client";
import { drafts } from "$/drafts/store.svelte";
import { SvelteMap } from "svelte/reactivity";

const KEY = "orchd.model";

function draftOf(conversationId: number): string {
  return `model.${conversationId}`;
}

/** The models of one server, as the picker shows them. */
export interface ModelGroup {
  readonly backend: string;
  readonly models: readonly ModelItem[];
}

/** How a load is going that was asked for here. */
export interface ModelLoadState {
  readonly model: string;
  /** From 0 to 1; undefined where the server doesn't tell. */
  readonly progress: number | undefined;
  readonly waits: boolean;
  /** For how long it may still take, in milliseconds; undefined where nobody knows. */
  readonly leftMs: number | undefined;
  cancel(): void;
}

export class ModelChoice {
  models = $state.raw<ModelItem[]>([]);
  servers = $state.raw<BackendItem[]>([]);
  /** Whether they were read once: until then nothing is said of there being none. */
  known = $state(false);
  failure = $state.raw<unknown>();
  load = $state.raw<ModelLoadState>();
  /** Another model that is asked the same, so that both answers are seen side by side; undefined: one is enough. */
  second = $state<string>();
  /** What a new conversation is begun with. Undefined: the daemon chooses. */
  #usual = $state<string | undefined>(localStorage.getItem(KEY) ?? undefined);
  /** What was chosen here for conversations; null: the daemon shall choose. Kept until it was asked, as drafts are. */
  readonly #picked = new SvelteMap<number, string | null>();
  /** Settles once they were read for the first time, or couldn't be. */
  readonly firstRead: Promise<void>;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.firstRead = this.read();
  }

  /** Those that one can talk to. */
  get talking(): ModelItem[] {
    return this.models.filter(({ type, chats }) => type === "llm" && chats !== false);
  }

  /** Whether nothing but the simulation answers. */
  get onlySimulated(): boolean {
    return this.talking.length > 0 && this.talking.every(({ simulated }) => simulated);
  }

  /**
   * The model that is asked next: what was picked, else what answered last; undefined where the daemon chooses.
   *
   * `last` is the conversation's own; a new conversation has none, and takes what was picked last of all, unless that is
   * known not to be there any more.
   */
  nameFor(conversationId: number | undefined, last: string | null | undefined): string | undefined {
    if (conversationId === undefined)
      return this.known && this.find(this.#usual) === undefined ? undefined : this.#usual;
    const picked = this.#pick(conversationId);
    return picked === undefined ? (last ?? undefined) : (picked ?? undefined);
  }

  /** The name that a question is sent with: none where the conversation's own model is meant. */
  sentFor(conversationId: number | undefined): string | undefined {
    return conversationId === undefined
      ? this.nameFor(undefined, undefined)
      : (this.#pick(conversationId) ?? undefined);
  }

  find(name: string | undefined): ModelItem | undefined {
    if (name === undefined) return undefined;
    return this.models.find((model) => model.name === name || model.id === name || model.aliases?.includes(name));
  }

  /** A model to compare with: one that can be asked at once, if there is any. */
  otherThan(name: string | undefined): string | undefined {
    const others = this.talking.filter((model) => model !== this.find(name));
    return (others.find(({ state }) => state === "loaded") ?? others[0])?.name;
  }

  choose(conversationId: number | undefined, name: string | undefined): void {
    if (conversationId !== undefined) {
      this.#picked.set(conversationId, name ?? null);
      drafts.keep(draftOf(conversationId), { model: name ?? null });
      return;
    }
    this.#usual = name;
    if (name === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name);
  }

  /** A conversation's model was asked: from now on it is the one that answered last. */
  asked(conversationId: number): void {
    if (drafts.read(draftOf(conversationId)) !== undefined) drafts.keep(draftOf(conversationId), undefined);
  }

  /** Those that a search fits, by server; all without one. */
  groups(query: string): ModelGroup[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const groups = new Map<string, ModelItem[]>();
    for (const model of this.talking) {
      const text = `${model.name} ${model.backend} ${model.quantization ?? ""} ${model.parameters ?? ""}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      const group = groups.get(model.backend);
      if (group === undefined) groups.set(model.backend, [model]);
      else group.push(model);
    }
    return [...groups].map(([backend, models]) => ({ backend, models }));
  }

  /** Read them; `refresh` has the servers asked now. */
  async read(refresh = false): Promise<void> {
    try {
      const models: ModelItem[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await this.#client.model.list({
          ...(refresh && cursor === undefined ? { refresh } : {}),
          ...(cursor ? { cursor } : {}),
        });
        models.push(...page.models);
        cursor = page.nextCursor;
      } while (cursor);
      this.servers = (await this.#client.backend.list({ refresh: false })).backends;
      this.models = models;
      this.known = true;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  #pick(conversationId: number): string | null | undefined {
    if (this.#picked.has(conversationId)) return this.#picked.get(conversationId);
    const kept = drafts.read(draftOf(conversationId)) as { model?: unknown } | undefined;
    return kept?.model === null || typeof kept?.model === "string" ? kept.model : undefined;
  }

  /** Have a model loaded. Throws why it was not; one load at a time is shown. */
  async loadNow(model: string): Promise<void> {
    const stream = this.#client.model.load({ model });
    const state = { model, progress: undefined, waits: false, leftMs: undefined, cancel: () => stream.cancel() };
    this.load = state;
    try {
      for await (const { data } of stream) {
        this.load = {
          ...state,
          progress: data.phase === "loading" ? data.progress : undefined,
          waits: data.phase === "queued",
          leftMs: data.etaMs,
        };
      }
      await stream;
    } finally {
      this.load = undefined;
      await this.read();
    }
  }
}
