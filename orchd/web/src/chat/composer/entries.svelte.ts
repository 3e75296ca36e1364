/** What `/` offers: prompts, templates and assistants, found by their names. */

import type { AssistantItem, Client, PromptItem, Template } from "@orchd/client";

const MOST = 200;
const SHOWN = 30;

export type Entry =
  | { readonly kind: "prompt"; readonly item: PromptItem }
  | { readonly kind: "template"; readonly item: Template }
  | { readonly kind: "assistant"; readonly item: AssistantItem };

export function entryKey({ kind, item }: Entry): string {
  return `${kind}-${item.id}`;
}

/** What is searched for in a text that begins with `/` and has one line; undefined where it is no search. */
export function slashQuery(text: string): string | undefined {
  return /^\/([^\n/]{0,60})$/.exec(text)?.[1];
}

/** Those that all words of a search fit: names that begin with it first. */
export function findEntries(entries: readonly Entry[], query: string): Entry[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  const rank = ({ item }: Entry): number => (item.name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return entries
    .filter(({ item }) => {
      const text = `${item.name} ${item.description} ${item.category}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => rank(a) - rank(b) || a.item.name.localeCompare(b.item.name))
    .slice(0, SHOWN);
}

export class Entries {
  all = $state.raw<Entry[]>([]);
  known = $state(false);
  failure = $state.raw<unknown>();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Read them, when somebody begins to look for one. */
  async read(): Promise<void> {
    const wanted = { active: true, limit: MOST };
    try {
      const [prompts, templates, assistants] = await Promise.all([
        this.#client.prompt.list({ ...wanted, order: "useCount", descending: true }),
        this.#client.template.list({ ...wanted, order: "useCount", descending: true }),
        this.#client.assistant.list(wanted),
      ]);
      this.all = [
        ...prompts.items.map((item) => ({ kind: "prompt", item }) as const),
        ...templates.items.map((item) => ({ kind: "template", item }) as const),
        ...assistants.items.map((item) => ({ kind: "assistant", item }) as const),
      ];
      this.known = true;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }
}
