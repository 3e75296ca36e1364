/** A form while somebody fills it in: what differs from what it began with is kept until it is sent or thrown away. */

import { drafts } from "$/drafts/store";

/** What fields hold; all of it can be written as JSON. */
type Fields = object;

export class FormDraft<T extends Fields> {
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
