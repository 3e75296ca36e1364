/**
 * Removals that the daemon can't undo: each is asked for once its notice is gone, so that it can be taken back until then.
 * What is to be removed is hidden meanwhile.
 */

import { DisconnectedError, NotFoundError } from "@orchd/client";
import { SvelteSet } from "svelte/reactivity";
import { type Notices, notices } from "$/app/notices.svelte";
import { texts } from "$/app/texts";

export interface Removal {
  /** Names the row among all that the page shows. */
  readonly key: string;
  /** What is said of it, and on the button that takes it back. */
  readonly text: string;
  readonly undo: string;
  run(): Promise<unknown>;
  /** Takes back what was done at once, also where the removal fails. */
  undone?(): Promise<unknown>;
}

export class Removals {
  /** Counts those that were taken back or could not be made, for lists that hear of no changes. */
  returned = $state(0);
  readonly #notices: Pick<Notices, "done" | "failed">;
  /** Those that are gone stay in it: their ids are never used again. */
  readonly #hidden = new SvelteSet<string>();
  readonly #waiting = new Map<string, Removal>();

  constructor(said: Pick<Notices, "done" | "failed">) {
    this.#notices = said;
  }

  begin(removal: Removal): void {
    const { key, undo } = removal;
    const text = `${removal.text} ${texts().removed_with_notice}`;
    this.#hidden.add(key);
    this.#waiting.set(key, removal);
    this.#notices.done(text, { label: undo, run: () => void this.#takeBack(key) }, () => void this.#run(key));
  }

  has(key: string): boolean {
    return this.#hidden.has(key);
  }

  /** Ask for all of them now: the page is being left. */
  finish(): Promise<unknown> {
    return Promise.all([...this.#waiting.keys()].map((key) => this.#run(key)));
  }

  async #takeBack(key: string): Promise<void> {
    const removal = this.#waiting.get(key);
    this.#waiting.delete(key);
    await this.#show(key, async () => await removal?.undone?.());
  }

  async #run(key: string): Promise<void> {
    const removal = this.#waiting.get(key);
    if (removal === undefined) return;
    this.#waiting.delete(key);
    try {
      await gone(removal);
    } catch (error) {
      this.#notices.failed(error);
      await this.#show(key, async () => await removal.undone?.());
    }
  }

  /** Show a row again after a last piece of work. */
  async #show(key: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#notices.failed(error);
    }
    this.#hidden.delete(key);
    this.returned += 1;
  }
}

/**
 * Have a row gone, whoever removes it. Whether it is may be unknown when the connection was lost; then it is asked for once
 * more, as soon as there is one.
 */
async function gone(removal: Removal): Promise<void> {
  try {
    await removal.run().catch((error: unknown) => {
      if (error instanceof DisconnectedError) return removal.run();
      throw error;
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

export const removals = new Removals(notices);

if (typeof addEventListener === "function") addEventListener("pagehide", () => void removals.finish());
