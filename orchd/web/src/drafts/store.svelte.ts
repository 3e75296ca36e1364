/**
 * What somebody has typed and not sent, kept in the browser: neither a reload nor what is done in another tab loses it.
 * Secrets are never given to it. It is kept for the person who has typed it: others in the same browser have their own.
 *
 * Each tab has drafts of its own, which `sessionStorage` brings back after a reload. `localStorage` has them as well, under
 * the name of their tab: whoever opens the same place in a tab that has none there goes on with the latest, so that what
 * was typed outlives its tab.
 */

const PREFIX = "orchd.draft.";
const TAB = "orchd.tab";
/** There while the page of a tab is: a copy of the tab comes with it. */
const HELD = "orchd.tab.held";

/** A draft of a tab, for the others. */
interface Shared {
  /** When it was kept, in milliseconds since 1970. */
  readonly at: number;
  readonly value: unknown;
}

export class DraftStore {
  /** Whose are read and kept; undefined before that is known. */
  #userId: number | undefined;
  /** What this tab is called among those of the browser, also after a reload; a copy of a tab is called otherwise. */
  readonly tab: string;
  /** What the tab is called of which this one is a copy, or was before its page ended without a word. */
  readonly #former: string | undefined;
  /** Those that the browser's storage had no room for. */
  readonly #homeless = new Map<string, unknown>();

  constructor() {
    const before = sessionStorage.getItem(TAB) ?? undefined;
    const copied = sessionStorage.getItem(HELD) !== null;
    this.tab = (copied ? undefined : before) ?? Math.random().toString(36).slice(2);
    this.#former = copied ? before : undefined;
    put(sessionStorage, TAB, this.tab);
    put(sessionStorage, HELD, "yes");
    addEventListener("pagehide", () => sessionStorage.removeItem(HELD));
    addEventListener("pageshow", () => put(sessionStorage, HELD, "yes"));
  }

  /** From now on they are this person's. */
  open(userId: number): void {
    if (userId !== this.#userId) this.#homeless.clear();
    this.#userId = userId;
  }

  /** What was kept so far is another person's: who was nobody has become somebody. */
  give(userId: number): void {
    const before = this.#prefix;
    this.open(userId);
    for (const storage of [sessionStorage, localStorage]) {
      for (const key of Object.keys(storage).filter((each) => each.startsWith(before))) {
        const text = storage.getItem(key) ?? "";
        storage.removeItem(key);
        put(storage, this.#prefix + key.slice(before.length), text);
      }
    }
  }

  /** What is kept under a name; undefined where that is nothing. */
  read(name: string): unknown {
    if (this.#homeless.has(name)) return this.#homeless.get(name);
    const own = sessionStorage.getItem(this.#prefix + name);
    return own === null ? this.#adopted(name) : parsed(own);
  }

  /** Keep what can be written as JSON, undefined for nothing any more. Returns whether there was room for it. */
  keep(name: string, value: unknown): boolean {
    this.#homeless.delete(name);
    const own = this.#prefix + name;
    const shared = `${own}.${this.tab}`;
    if (this.#former !== undefined) {
      const former = `${own}.${this.#former}`;
      const theirs = sharedOf(localStorage.getItem(former))?.value;
      // The other one may have kept something else since.
      if (theirs !== undefined && same(theirs, parsed(sessionStorage.getItem(own)))) localStorage.removeItem(former);
    }
    if (value === undefined) {
      put(sessionStorage, own, "null"); // what other tabs have isn't meant where one has emptied it
      localStorage.removeItem(shared);
      return true;
    }
    const kept = put(sessionStorage, own, JSON.stringify(value));
    const room = put(localStorage, shared, JSON.stringify({ at: Date.now(), value } satisfies Shared)) || kept;
    if (!room) this.#homeless.set(name, value);
    return room;
  }

  get #prefix(): string {
    if (this.#userId === undefined) throw new Error("nobody is known yet whose drafts they are");
    return `${PREFIX}${this.#userId}.`;
  }

  /** Take over what this tab had no more room for, else the latest of all tabs. One that is open keeps its own. */
  #adopted(name: string): unknown {
    const start = `${this.#prefix}${name}.`;
    const mine = start + this.tab;
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

export const drafts = new DraftStore();

/** A form while somebody fills it in: what differs from what it began with is kept until it is sent or thrown away. */
export class FormDraft<T extends object> {
  /** What stands in the fields. */
  values: T;
  /** Whether some of that was typed before the form was opened. */
  restored = $state(false);
  #name: string;
  #begun: T;

  /** `name` tells it from all other forms, with the id of what is changed. To be made where a component is. */
  constructor(name: string, begun: T) {
    this.#name = name;
    this.#begun = begun;
    this.values = $state(this.#read());
    $effect(() => this.#keep());
  }

  /** The form is opened for something else, or anew. */
  begin(name: string, begun: T): void {
    this.#name = name;
    this.#begun = begun;
    Object.assign(this.values, this.#read());
  }

  /** It was sent, or is thrown away: the form is as it began. */
  clear(): void {
    drafts.keep(place(this.#name), undefined);
    this.restored = false;
    Object.assign(this.values, structuredClone(this.#begun));
  }

  #read(): T {
    const kept = drafts.read(place(this.#name));
    const fitting = Object.entries(kept ?? {}).filter(([field, value]) => fits(value, this.#begun[field as keyof T]));
    this.restored = fitting.length > 0;
    return { ...structuredClone(this.#begun), ...Object.fromEntries(fitting) };
  }

  #keep(): void {
    const now = Object.entries($state.snapshot(this.values) as T);
    const changed = now.filter(([field, value]) => !same(value, this.#begun[field as keyof T]));
    const name = place(this.#name);
    if (changed.length > 0) drafts.keep(name, Object.fromEntries(changed));
    else if (drafts.read(name) !== undefined) drafts.keep(name, undefined);
  }
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

function place(name: string): string {
  return `form.${name}`;
}

/** Another build of the page may have kept something else there. */
function fits(kept: unknown, begun: unknown): boolean {
  if (begun === undefined) return false;
  return (
    begun === null || kept === null || (typeof kept === typeof begun && Array.isArray(kept) === Array.isArray(begun))
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
