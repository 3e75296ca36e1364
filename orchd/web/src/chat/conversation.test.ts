import { type ChatMessage, type Client, DisconnectedError, ForbiddenError } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { pairOf, rememberPair } from "$/chat/beside";
import { OpenConversation } from "$/chat/conversation.svelte";
import { emptyAnswer } from "$/chat/message/empty";

function message(id: number, parentId: number | null, content = `text ${id}`): ChatMessage {
  const role = id % 2 === 1 ? "user" : "assistant";
  return { ...emptyAnswer(id, 1, parentId), role, content, status: "complete" };
}

/** An answer as the client gives it, which is told by `tell`. */
class FakeAnswer {
  question: ChatMessage | undefined;
  messageId: number | undefined;
  message: ChatMessage | undefined;
  progress: { messageId: number; conversationId: number; phase: string; elapsedMs: number } | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #failure: Error | undefined;
  #end: () => void = () => undefined;

  constructor(failure?: Error) {
    this.#failure = failure;
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  tell(question: ChatMessage, answerId: number): void {
    this.progress = { messageId: answerId, conversationId: 1, phase: "prompt", elapsedMs: 1 };
    this.begin(question, answerId);
  }

  /** As an answer does that goes on from another one: nothing is told of its progress yet. */
  begin(question: ChatMessage, answerId: number): void {
    this.question = question;
    this.messageId = answerId;
    for (const watcher of this.#watchers) watcher();
  }

  end(answer: ChatMessage): void {
    this.message = answer;
    this.#end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<never> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((done) => (this.#end = done));
  }
}

/** A daemon whose histories are given one after the other; the last one stays. */
function daemon(answer: FakeAnswer, ...histories: ChatMessage[][]) {
  let read = 0;
  const history = vi.fn(async (_asked: object) => ({
    messages: histories[Math.min(read++, histories.length - 1)] ?? [],
    hasMore: false,
  }));
  const send = vi.fn((_question: object) => answer);
  const regenerate = vi.fn((_asked: object) => answer);
  const remove = vi.fn(async () => undefined);
  const list = vi.fn(async () => ({ items: [{ id: 1, createdAt: new Date().toISOString() }] }));
  const select = vi.fn(async (_chosen: object) => undefined);
  const told: object[] = [];
  let wake: () => void = () => undefined;
  const tell = (event: object): void => {
    told.push(event);
    wake();
  };
  async function* heard(): AsyncGenerator<object> {
    for (;;) {
      for (let event = told.shift(); event !== undefined; event = told.shift()) yield event;
      await new Promise<void>((done) => (wake = done));
    }
  }
  const events = { reply: { active: [] }, close: () => undefined, [Symbol.asyncIterator]: heard };
  const chat = { subscribe: async () => events, history, send, select, regenerate };
  const client = { chat, conversation: { list, delete: remove, create: async () => ({ id: 1 }) } };
  return { client: client as unknown as Client, history, send, remove, select, tell, regenerate };
}

async function opened(client: Client, id?: number): Promise<OpenConversation> {
  const open = new OpenConversation(client, id);
  await expect.poll(() => open.loading).toBe(false);
  return open;
}

const ids = ({ messages }: OpenConversation): number[] => messages.map(({ id }) => id);

beforeEach(() => localStorage.clear());

describe("a question", () => {
  it("is shown at once, and its answer once it is wanted", async () => {
    const answer = new FakeAnswer();
    const open = await opened(daemon(answer, [message(1, null), message(2, 1)]).client, 1);
    const sent = open.send({ message: "text 3" });
    expect([open.sending, open.busy]).toEqual(["text 3", true]);
    answer.tell(message(3, 2), 4);
    await sent;
    expect([ids(open), open.sending, open.growing?.id]).toEqual([[1, 2, 3, 4], undefined, 4]);
    answer.end(message(4, 3));
    await expect.poll(() => open.busy).toBe(false);
  });

  it("is answered in its place where an answer goes on from another one, before anything else is told", async () => {
    const answer = new FakeAnswer();
    const { client, regenerate } = daemon(answer, [message(1, null), message(2, 1)]);
    regenerate.mockReturnValue(answer);
    const open = await opened(client, 1);
    const again = open.regenerate(2);
    answer.begin(message(1, null), 4);
    await again;
    expect([ids(open), open.growing?.id, open.growing?.stored.conversationId]).toEqual([[1, 4], 4, 1]);
  });

  it("goes on from the branch that somebody has chosen", async () => {
    const answer = new FakeAnswer();
    const { client, send, history } = daemon(
      answer,
      [message(1, null), message(4, 1)],
      [message(1, null), message(2, 1)],
    );
    const open = await opened(client, 1);
    await open.show(2);
    expect(history).toHaveBeenLastCalledWith({ conversationId: 1, limit: 50, throughId: 2 });
    void open.send({ message: "more" });
    expect(send).toHaveBeenCalledWith({ message: "more", conversationId: 1, parentId: 2 });
    answer.tell(message(5, 2), 6);
    void open.send({ message: "and more" });
    expect(send).toHaveBeenLastCalledWith({ message: "and more", conversationId: 1 });
  });

  it("tells its id, by which another model is asked the same; the next one goes on from the answer that is shown first", async () => {
    const [answer, other] = [new FakeAnswer(), new FakeAnswer()];
    const { client, send, regenerate } = daemon(answer, [message(1, null), message(2, 1)]);
    regenerate.mockReturnValue(other);
    const open = await opened(client, 1);
    const sent = open.send({ message: "text 3" });
    answer.tell(message(3, 2), 4);
    expect(await sent).toBe(3);
    const compared = open.compare(3, "b", { seed: 1 });
    expect(regenerate).toHaveBeenCalledWith({ messageId: 3, model: "b", beside: true, params: { seed: 1 } });
    other.tell(message(3, 2), 6);
    await compared;
    expect([ids(open), open.branch.beside?.id]).toEqual([[1, 2, 3, 4], 6]);
    answer.end(message(4, 3));
    other.end(message(6, 3));
    await expect.poll(() => open.busy).toBe(false);
    void open.send({ message: "more" });
    expect(send).toHaveBeenLastCalledWith({ message: "more", conversationId: 1, parentId: 4 });
  });

  it("that another tab has asked of two models has both answers here, until one is kept", async () => {
    const before = [message(1, null), message(2, 1)];
    const kept = [...before, message(3, 2), message(6, 3)];
    const { client, tell } = daemon(new FakeAnswer(), before, kept);
    const open = await opened(client, 1);
    const progress = { conversationId: 1, phase: "prompt", elapsedMs: 1, parentId: 3 };
    tell({ type: "chat:message", data: message(3, 2) });
    tell({ type: "chat:progress", data: { ...progress, messageId: 4, askedModel: "a" } });
    tell({ type: "chat:progress", data: { ...progress, messageId: 6, askedModel: "b", beside: true } });
    await expect.poll(() => open.branch.beside?.id).toBe(6);
    expect(ids(open)).toEqual([1, 2, 3, 4]);
    expect([open.messages[3], open.branch.beside].map((shown) => shown?.stored.model)).toEqual(["a", "b"]);
    expect([open.messages[3], open.branch.beside].map((shown) => shown?.progress?.phase)).toEqual(["prompt", "prompt"]);
    tell({ type: "chat:changed", data: { messageId: 6, change: "selected", leafId: 6 } });
    await expect.poll(() => ids(open)).toEqual([1, 2, 3, 6]);
    expect(open.branch.beside).toBeUndefined();
  });

  it("has both answers side by side again after a reload, unless one was kept or another one asked for", async () => {
    const siblings = [4, 6];
    const branch = [message(3, null), { ...message(4, 3), siblings }];
    const other = [message(3, null), { ...message(6, 3), siblings }];
    const again = [message(3, null), { ...message(8, 3), siblings: [...siblings, 8] }];
    rememberPair(1, { first: 4, beside: 6 });
    const open = await opened(daemon(new FakeAnswer(), branch, other).client, 1);
    await expect.poll(() => open.branch.beside?.id).toBe(6);
    expect(ids(open)).toEqual([3, 4]);
    for (const shown of [other, again]) {
      rememberPair(1, { first: 4, beside: 6 });
      expect((await opened(daemon(new FakeAnswer(), shown).client, 1)).branch.beside).toBeUndefined();
      expect(pairOf(1)).toBeUndefined();
    }
    rememberPair(1, { first: 4, beside: 6 });
    await (await opened(daemon(new FakeAnswer(), branch, other, branch).client, 1)).choose(4);
    expect(pairOf(1)).toBeUndefined();
  });

  it("whose fate the connection took along is shown once where it was stored", async () => {
    const before = [message(1, null), message(2, 1)];
    const lost = new FakeAnswer(new DisconnectedError("lost"));
    const { client } = daemon(lost, before, [...before, message(3, 2, "kept")]);
    const open = await opened(client, 1);
    await open.send({ message: "kept" });
    expect(open.sending).toBeUndefined();
  });

  it("is given back where it was not, also when the same was asked before", async () => {
    const before = [message(1, null, "again"), message(2, 1)];
    const { client } = daemon(new FakeAnswer(new DisconnectedError("lost")), before);
    const open = await opened(client, 1);
    await expect(open.send({ message: "again" })).rejects.toBeInstanceOf(DisconnectedError);
    expect(open.sending).toBeUndefined();
  });

  it("that began a conversation is found by what it says", async () => {
    const lost = new FakeAnswer(new DisconnectedError("lost"));
    const open = await opened(daemon(lost, [message(1, null, "hello"), message(2, 1)]).client);
    await open.send({ message: "hello" });
    await expect.poll(() => ids(open)).toEqual([1, 2]);
    expect(open.id).toBe(1);
  });

  it("that is refused leaves no conversation that was made for it", async () => {
    const { client, remove } = daemon(new FakeAnswer(new Error("refused")), []);
    const open = await opened(client);
    await expect(open.send({ message: "no" }, { assistantId: 3 })).rejects.toThrow("refused");
    expect(remove).toHaveBeenCalledWith({ conversationId: 1 });
  });
});

describe("a branch that is chosen", () => {
  const [first, second] = [
    [message(1, null), message(4, 1)],
    [message(1, null), message(2, 1)],
  ];

  it("is shown at once, told to the daemon, and gone on with", async () => {
    const { client, send, select, history } = daemon(new FakeAnswer(), first, second);
    const open = await opened(client, 1);
    await open.choose(2);
    expect([ids(open), select.mock.lastCall]).toEqual([[1, 2], [{ messageId: 2 }]]);
    void open.send({ message: "more" });
    expect(send).toHaveBeenLastCalledWith({ message: "more", conversationId: 1 });
    await open.reload();
    expect(history).toHaveBeenLastCalledWith({ conversationId: 1, limit: 50 });
  });

  it("stays one's own where one may not change the conversation", async () => {
    const { client, send, select } = daemon(new FakeAnswer(), first, second);
    select.mockRejectedValue(Object.create(ForbiddenError.prototype));
    const open = await opened(client, 1);
    await open.choose(2);
    void open.send({ message: "more" });
    expect(send).toHaveBeenLastCalledWith({ message: "more", conversationId: 1, parentId: 2 });
  });

  it("elsewhere is shown here, too, unless something else is looked at", async () => {
    const { client, tell, history } = daemon(new FakeAnswer(), first, second, first);
    const open = await opened(client, 1);
    const selected = (leafId: number) =>
      tell({ type: "chat:changed", data: { conversationId: 1, messageId: leafId, change: "selected", leafId } });
    selected(2);
    await expect.poll(() => ids(open)).toEqual([1, 2]);
    selected(2);
    await open.show(4);
    selected(2);
    tell({ type: "chat:changed", data: { conversationId: 1, messageId: 4, change: "rated", ratings: ["up"] } });
    await expect.poll(() => open.messages.at(-1)?.stored.ratings).toEqual(["up"]);
    expect([ids(open), history.mock.calls.length]).toEqual([[1, 4], 3]);
  });

  it("is not left for each piece of an answer that grows on another one", async () => {
    const { client, tell, history } = daemon(new FakeAnswer(), first);
    const open = await opened(client, 1);
    for (let seq = 1; seq < 5; seq++) {
      const data = { conversationId: 1, messageId: 9, seq, chunk: "x", channel: "content", done: false };
      tell({ type: "chat:streaming", data });
      await expect.poll(() => history.mock.calls.length).toBe(2);
    }
    expect(ids(open)).toEqual([1, 4]);
  });
});
