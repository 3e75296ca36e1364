/** Waiting for something that happens once or again and again. */

import { OverflowedError } from "./failures.ts";

/** Requests that wait until others have ended. */
const MAX_WAITING = 10_000;

/** News that may come again and again. Whoever waits looks first, and waits without anything in between. */
export class News {
  #waiting: (() => void)[] = [];

  /** Wake all who wait now. */
  send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Wait for the next news, or until a signal aborts: then its reason is thrown. */
  async wait(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      signal?.addEventListener("abort", this.#wakeAll, { once: true });
    });
    signal?.removeEventListener("abort", this.#wakeAll);
    signal?.throwIfAborted();
  }

  readonly #wakeAll = (): void => this.send();
}

/** Turns for so many at once; whoever comes when there is none waits for one, in order. */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Take a turn. Throws `OverflowedError` where too many wait already, and the reason of `signal`. */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) throw new OverflowedError(`${MAX_WAITING} requests wait already`);
    await new Promise<void>((resolve, reject) => {
      const come = (): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(come);
        reject(signal?.reason);
      };
      this.#waiting.add(come);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Give a turn back: to whoever waits longest. */
  give(): void {
    for (const come of this.#waiting) {
      this.#waiting.delete(come);
      come();
      return;
    }
    this.#free++;
  }

  /** Let everybody through, now and later. */
  open(): void {
    this.#free = Infinity;
    for (const come of this.#waiting) come();
    this.#waiting.clear();
  }
}

/**
 * Call `wake` whenever the device may have slept or changed its network, and `lose` when it says that it has none.
 * Returns what ends that.
 */
export function watchDevice(wake: () => void, lose: () => void): () => void {
  const { addEventListener, removeEventListener, document } = globalThis;
  if (typeof addEventListener !== "function") return () => undefined; // Node
  const look = (): void => {
    if (document?.visibilityState === "visible") wake();
  };
  addEventListener("online", wake);
  addEventListener("offline", lose);
  document?.addEventListener("visibilitychange", look);
  return () => {
    removeEventListener("online", wake);
    removeEventListener("offline", lose);
    document?.removeEventListener("visibilitychange", look);
  };
}
