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
}

/** Long enough to read it and to reach its button; what failed stays until it is dismissed. */
const SHOWN_MS = 8000;
const MOST = 4;

class Notices {
  all = $state<Notice[]>([]);
  #lastId = 0;

  done(text: string, action?: Notice["action"]): void {
    const id = this.#add({ kind: "done", text, action });
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  /** `what` is the failure, or what there is to say of it. */
  failed(what: unknown, action?: Notice["action"]): void {
    if (typeof what === "string") this.#add({ kind: "failed", text: what, action });
    else this.#add({ kind: "failed", text: failureText(what), error: what, action });
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }

  #add(said: Omit<Notice, "id">): number {
    const id = ++this.#lastId;
    this.all = [...this.all.filter((notice) => notice.text !== said.text), { id, ...said }].slice(-MOST);
    return id;
  }
}

export const notices = new Notices();
