/**
 * What somebody has typed and not sent, kept in the browser: neither a reload nor what is done in another tab loses it.
 * Secrets are never given to it.
 *
 * Each tab has drafts of its own, which `sessionStorage` brings back after a reload. `localStorage` has them as well, under
 * the name of their tab: whoever opens the same place in a tab that has none there goes on with the latest, so that what
 * was typed outlives its tab.
 */

const PREFIX = "orchd.draft.";
const TAB = "orchd.tab";

/** A draft of a tab, for the others. */
interface Shared {
  /** When it was kept, in milliseconds since 1970. */
  readonly at: number;
  readonly value: unknown;
}

export class DraftStore {
  /** Those that the browser's storage had no room for. */
  readonly #homeless = new Map<string, unknown>();

  /** What is kept under a name; undefined where that is nothing. */
  read(name: string): unknown {
    if (this.#homeless.has(name)) return this.#homeless.get(name);
    const own = sessionStorage.getItem(PREFIX + name);
    return own === null ? this.#adopted(name) : parsed(own);
  }

  /** Keep what can be written as JSON, undefined for nothing any more. Returns whether there was room for it. */
  keep(name: string, value: unknown): boolean {
    this.#homeless.delete(name);
    const own = PREFIX + name;
    const shared = `${own}.${tab()}`;
    if (value === undefined) {
      const before = parsed(sessionStorage.getItem(own));
      put(sessionStorage, own, "null"); // what other tabs have isn't meant where one has emptied it
      // A copy of this tab has the same name, and may have kept something else since.
      const theirs = sharedOf(localStorage.getItem(shared))?.value;
      if (before === undefined || JSON.stringify(theirs) === JSON.stringify(before)) localStorage.removeItem(shared);
      return true;
    }
    const kept = put(sessionStorage, own, JSON.stringify(value));
    const room = put(localStorage, shared, JSON.stringify({ at: Date.now(), value } satisfies Shared)) || kept;
    if (!room) this.#homeless.set(name, value);
    return room;
  }

  /** Take over what this tab had no more room for, else the latest of all tabs. One that is open keeps its own. */
  #adopted(name: string): unknown {
    const start = `${PREFIX}${name}.`;
    const mine = start + tab();
    const found = Object.keys(localStorage)
      .filter((key) => key.startsWith(start) && !key.slice(start.length).includes("."))
      .map((key) => ({ key, ...sharedOf(localStorage.getItem(key)) }))
      .toSorted((a, b) => Number(b.key === mine) - Number(a.key === mine) || (b.at ?? 0) - (a.at ?? 0))[0];
    if (found === undefined) return undefined;
    localStorage.removeItem(found.key);
    if (found.value !== undefined) this.keep(name, found.value);
    return found.value;
  }
}

/** What this tab is called among those of the browser, also after a reload. */
export function tab(): string {
  let name = sessionStorage.getItem(TAB);
  if (name === null) put(sessionStorage, TAB, (name = Math.random().toString(36).slice(2)));
  return name;
}

/** Without room nothing stays there: an older text isn't taken for the present one. */
function put(storage: Storage, key: string, text: string): boolean {
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    storage.removeItem(key);
    return false;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : ((JSON.parse(text) as unknown) ?? undefined);
  } catch {
    return undefined; // somebody else's text stands there
  }
}

function sharedOf(text: string | null): Shared | undefined {
  const value = parsed(text) as Partial<Shared> | undefined;
  return typeof value === "object" && typeof value.at === "number" ? { at: value.at, value: value.value } : undefined;
}

export const drafts = new DraftStore();
