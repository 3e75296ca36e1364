import { type Client, NotFoundError } from "@orchd/client";
import { expect, test, vi } from "vitest";
import { OpenTask, OWN_TEXT } from "$/tasks/open/open-task.svelte";

/** A daemon that tells what it is given to tell, and ends the subscription when it is told to. */
class FakeDaemon {
  readonly asked: unknown[] = [];
  #tell: (event: unknown) => void = () => undefined;
  readonly #told: unknown[] = [];

  get client(): Client {
    const subscribe = (data: unknown): Promise<AsyncIterable<unknown>> => {
      this.asked.push(data);
      return Promise.resolve(this.#events());
    };
    return { task: { subscribe } } as unknown as Client;
  }

  tell(event: unknown): void {
    this.#told.push(event);
    this.#tell(undefined);
  }

  async *#events(): AsyncGenerator<unknown> {
    for (;;) {
      while (this.#told.length > 0) yield this.#told.shift();
      await new Promise((done) => (this.#tell = done));
    }
  }
}

function update(status: string, steps: { id: number; status: string }[] = []): unknown {
  return { type: "task:update", data: { task: { id: 3, status }, subtasks: steps } };
}

function text(subtaskId: number | null, chunk: string, more: object = {}): unknown {
  const data = { taskId: 3, subtaskId, step: "execute", attempt: 1, model: "m", seq: chunk.length, chunk };
  return { type: "task:streaming", data: { ...data, begin: true, done: false, ...more } };
}

test("the task, its questions and its texts follow what is told", async () => {
  const daemon = new FakeDaemon();
  const open = new OpenTask(daemon.client, 3);
  daemon.tell(update("executing", [{ id: 5, status: "executing" }]));
  daemon.tell(text(5, "Lisbon"));
  daemon.tell({ type: "task:approval", data: { approvalId: 1, status: "open" } });
  await vi.waitFor(() => expect(open.questions).toHaveLength(1));
  expect(daemon.asked).toEqual([{ taskId: 3, streaming: true }]);
  expect(open.texts.get(5)?.text).toBe("Lisbon");
  daemon.tell({ type: "task:approval", data: { approvalId: 1, status: "approved" } });
  daemon.tell(update("executing", [{ id: 5, status: "completed" }]));
  await vi.waitFor(() => expect(open.texts.size).toBe(0));
  expect(open.questions).toEqual([]);
});

test("after a gap nothing of before is taken for the present", async () => {
  const daemon = new FakeDaemon();
  const open = new OpenTask(daemon.client, 3);
  daemon.tell(update("planning"));
  daemon.tell(text(null, "{", { step: "plan" }));
  await vi.waitFor(() => expect(open.texts.get(OWN_TEXT)?.text).toBe("{"));
  daemon.tell({ type: "client:gap" });
  await vi.waitFor(() => expect(open.texts.size).toBe(0));
});

test("one that is deleted, or was never there, is gone", async () => {
  const daemon = new FakeDaemon();
  const open = new OpenTask(daemon.client, 3);
  daemon.tell({ type: "task:unsubscribed", data: { taskId: 3 } });
  await vi.waitFor(() => expect(open.gone).toBe(true));
  const error = Object.create(NotFoundError.prototype) as Error;
  const none = new OpenTask({ task: { subscribe: () => Promise.reject(error) } } as unknown as Client, 4);
  await vi.waitFor(() => expect(none.gone).toBe(true));
});
