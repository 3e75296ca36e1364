/** What reasons say in Portuguese, which is loaded where the page is in that language. */

import { language } from "$/text/language.svelte";
import { part } from "$/ui/parts";

type ReasonTexts = Readonly<Record<string, string>>;

export class Reasons {
  #texts = $state.raw<ReasonTexts>();
  /** Whether they were asked for in vain. */
  #missing = $state(false);
  readonly #load: () => Promise<ReasonTexts>;

  constructor(load: () => Promise<ReasonTexts>) {
    this.#load = load;
  }

  /** Have them at hand by the time that something fails. Never rejects. */
  async prepare(): Promise<void> {
    if (language.current === "en" || this.#texts !== undefined) return;
    try {
      this.#texts = await this.#load();
    } catch {
      this.#missing = true;
    }
  }

  /** What a reason says; undefined where that isn't known or can't be had, null where it comes soon. */
  textOf(reason: string | null | undefined): string | undefined | null {
    if (this.#texts !== undefined) return this.#texts[reason ?? ""];
    if (!reason || this.#missing) return undefined;
    void this.prepare();
    return null;
  }
}

export const reasons = new Reasons(part(async () => (await import("$/ui/reason-texts")).PORTUGUESE));
