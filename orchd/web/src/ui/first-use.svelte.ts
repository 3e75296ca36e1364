/**
 * What opens beside a button, made when it is first used: with a few hundred messages on the page, the machinery of
 * menus that nobody opens would take most of its memory, and a part of each change.
 */

import { tick } from "svelte";

export class FirstUse {
  /** Whether it was ever used. */
  begun = $state(false);
  open = $state(false);
  /** Of the button, which is another element afterwards. */
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
  }

  /** Make it, and open it from its button, to which the focus comes back. */
  async begin(): Promise<void> {
    this.begun = true;
    await tick();
    document.getElementById(this.#id)?.focus();
    this.open = true;
  }
}
