/** What the page says in passing: that something was done, with a way to take it back, or why it was not. */

import { failureText } from "$/ui/failure";

export interface Notice {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
  /** What failed, for those who look closer. */
  readonly error?: unknown;
  /** What can still be done about it. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /** Called once it is gone and its action was not taken. */
  readonly over?: (() => void) | undefined;
}

/** Long enough to read it and to reach its button; what failed stays until it is dismissed. */
const SHOWN_MS = 8000;
/** Where something can be taken back: as long as whoever goes there by keys, or reads slowly, may need. */
const LAST_CALL_MS = 20_000;
/** Of those that only say something. */
const MOST = 4;

export class Notices {
  all = $state<Notice[]>([]);
  #lastId = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  done(text: string, action?: Notice["action"], over?: Notice["over"]): void {
    this.release(this.#add({ kind: "done", text, action, over }));
  }

  /** `what` is the failure, or what there is to say of it. */
  failed(what: unknown, action?: Notice["action"]): void {
    if (typeof what === "string") this.#add({ kind: "failed", text: what, action });
    else this.#add({ kind: "failed", text: failureText(what), error: what, action });
  }

  dismiss(id: number): void {
    this.#drop(this.all.filter((notice) => notice.id === id));
  }

  /** Do what can still be done. */
  take(id: number): void {
    const notice = this.all.find((each) => each.id === id);
    this.#drop(notice === undefined ? [] : [{ ...notice, over: undefined }]);
    notice?.action?.run();
  }

  /** Somebody is at them: they stay. */
  holdAll(): void {
    for (const { id } of this.all) this.hold(id);
  }

  releaseAll(): void {
    for (const { id } of this.all) this.release(id);
  }

  /** Somebody is at it: it stays. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  /** Nobody is at it: from now on it stays for its time. */
  release(id: number): void {
    const notice = this.all.find((each) => each.id === id);
    if (notice?.kind !== "done") return;
    this.hold(id);
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), lastsLonger(notice) ? LAST_CALL_MS : SHOWN_MS),
    );
  }

  #add(said: Omit<Notice, "id">): number {
    const id = ++this.#lastId;
    // What can be taken back stays, whatever else is said: two of one name are two.
    const plain = this.all.filter((notice) => !lastsLonger(notice));
    const same = plain.filter((notice) => notice.text === said.text);
    const others = plain.filter((notice) => notice.text !== said.text);
    this.#drop([...same, ...(lastsLonger(said) ? [] : others.slice(0, Math.max(0, others.length + 1 - MOST)))]);
    this.all = [...this.all, { id, ...said }];
    return id;
  }

  #drop(gone: readonly Notice[]): void {
    const ids = new Set(gone.map(({ id }) => id));
    this.all = this.all.filter(({ id }) => !ids.has(id));
    for (const { id, over } of gone) {
      this.hold(id);
      this.#timers.delete(id);
      over?.();
    }
  }
}

function lastsLonger({ action, over }: Pick<Notice, "action" | "over">): boolean {
  return action !== undefined || over !== undefined;
}

export const notices = new Notices();
