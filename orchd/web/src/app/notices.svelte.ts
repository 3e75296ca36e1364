/** What the page says in passing: that something was done, with a way to take it back, or why it was not. */

export interface Notice {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
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
    const id = this.#add("done", text, action);
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  failed(text: string, action?: Notice["action"]): void {
    this.#add("failed", text, action);
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }

  #add(kind: Notice["kind"], text: string, action: Notice["action"]): number {
    const id = ++this.#lastId;
    this.all = [...this.all.filter((notice) => notice.text !== text), { id, kind, text, action }].slice(-MOST);
    return id;
  }
}

export const notices = new Notices();
