import type { Client, ModelQueueItem } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LiveQueue } from "$/models/measured/queue.svelte";

const ITEM = { model: "small", state: "waiting", elapsedMs: 500, etaMs: 9000 } as ModelQueueItem;

class Feed {
  readonly signals: AbortSignal[] = [];
  #push: (items: ModelQueueItem[]) => void = () => undefined;

  readonly client = {
    model: {
      queue: {
        subscribe: (_data: object, { signal }: { signal: AbortSignal }) => {
          this.signals.push(signal);
          return Promise.resolve(this.#events());
        },
      },
    },
  } as unknown as Client;

  async tell(items: ModelQueueItem[]): Promise<void> {
    this.#push(items);
    await vi.advanceTimersByTimeAsync(0);
  }

  async *#events(): AsyncGenerator<unknown> {
    for (;;) {
      const items = await new Promise<ModelQueueItem[]>((resolve) => (this.#push = resolve));
      yield { type: "model:queue:changed", data: { items } };
    }
  }
}

describe("the live queue", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it("has what was told, and counts on until it is told anew", async () => {
    const feed = new Feed();
    const queue = new LiveQueue(feed.client);
    await vi.advanceTimersByTimeAsync(0);
    await feed.tell([ITEM]);
    expect(queue.items).toEqual([ITEM]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(queue.passedMs).toBeGreaterThanOrEqual(2000);
    await feed.tell([]);
    expect([queue.items, queue.passedMs]).toEqual([[], 0]);
    queue.close();
    expect(feed.signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("is not followed by a tab that nobody sees", async () => {
    const feed = new Feed();
    const queue = new LiveQueue(feed.client);
    const seen = vi.spyOn(document, "visibilityState", "get");
    seen.mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    seen.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    queue.close();
  });
});
