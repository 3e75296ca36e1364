import { ConflictError, type Client, type ConversationItem, type ConversationUpdate } from "@orchd/client";
import { describe, expect, it } from "vitest";
import { StoredSettings } from "$/chat/settings/stored";

const ITEM = {
  id: 3,
  version: 1,
  title: "Lake",
  autoTitle: true,
  assistantId: null,
  systemPrompt: null,
  params: null,
  projectId: null,
} as ConversationItem;

const FORM = { title: "Lake", autoTitle: true, assistantId: null, systemPrompt: null, params: null, projectId: null };

/** A daemon with one conversation. */
class Store {
  item = ITEM;
  readonly sent: ConversationUpdate[] = [];
  readonly client = { conversation: { update: this.#update.bind(this), get: () => Promise.resolve(this.item) } };
  /** Another change before each of ours. */
  before: () => void = () => undefined;

  change(changes: Partial<ConversationItem>): void {
    this.item = { ...this.item, ...changes, version: this.item.version + 1 };
  }

  #update(data: ConversationUpdate): Promise<void> {
    this.before();
    this.sent.push(data);
    if (data.version !== this.item.version)
      return Promise.reject(new ConflictError({ code: "conflict", message: "changed", details: {} }));
    this.change({ title: data.title ?? this.item.title });
    return Promise.resolve();
  }
}

function open(): [StoredSettings, Store] {
  const store = new Store();
  return [new StoredSettings(store.client as unknown as Client, ITEM), store];
}

describe("the settings of a conversation", () => {
  it("are sent where they differ", async () => {
    const [settings, store] = open();
    expect(await settings.store(FORM)).toBe(true);
    expect(store.sent).toEqual([]);
    expect(await settings.store({ ...FORM, params: { maxTokens: 60 } })).toBe(true);
    expect(store.sent).toEqual([{ conversationId: 3, version: 1, params: { maxTokens: 60 } }]);
  });

  it("are stored though a message or an automatic title came meanwhile", async () => {
    const [settings, store] = open();
    store.change({ title: "The lake", lastMessage: "Cold." } as Partial<ConversationItem>);
    expect(await settings.store({ ...FORM, systemPrompt: "Be brief." })).toBe(true);
    expect(store.sent.at(-1)).toEqual({ conversationId: 3, version: 2, systemPrompt: "Be brief." });
  });

  it("ask once where somebody has changed the same, and then replace it", async () => {
    const [settings, store] = open();
    store.change({ title: "Theirs" });
    expect(await settings.store({ ...FORM, title: "Mine" })).toBe(false);
    expect(store.item.title).toBe("Theirs");
    expect(await settings.store({ ...FORM, title: "Mine" })).toBe(true);
    expect(store.item.title).toBe("Mine");
  });

  it("are given up where it never ends", async () => {
    const [settings, store] = open();
    store.before = () => store.change({});
    await expect(settings.store({ ...FORM, title: "Mine" })).rejects.toBeInstanceOf(ConflictError);
    expect(store.sent).toHaveLength(5);
  });
});
