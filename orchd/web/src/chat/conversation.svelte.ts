/** One conversation as the page shows it: its active branch, kept in step with the daemon, whoever changes it. */

import type {
  AnswerStream,
  ChatChanged,
  ChatMessage,
  ChatProgress,
  ChatSend,
  ChatStreaming,
  ChatSubscribed,
  ChatSubscribeEvent,
  Client,
  Subscription,
} from "@orchd/client";
import { ShownMessage } from "$/chat/message.svelte";
import type { Preset } from "$/chat/settings/preset.svelte";

type Answer = AnswerStream<ChatMessage, ChatProgress>;
type Events = Subscription<ChatSubscribed, ChatSubscribeEvent>;

/** So many messages are read at once. */
const PAGE = 50;
/** Of a title. */
const MAX_TITLE = 200;

export class OpenConversation {
  /** Undefined until the first question is stored. */
  id = $state<number>();
  /** The active branch, oldest first. */
  messages = $state.raw<ShownMessage[]>([]);
  hasMore = $state(false);
  /** Until its messages are there for the first time. */
  loading = $state(false);
  /** Why they are not. */
  failure = $state.raw<unknown>();
  /** A question that was sent and isn't stored yet. */
  sending = $state.raw<string>();
  readonly #client: Client;
  /** The answers that were asked for here: their text comes by the request. */
  readonly #own = new Map<number, Answer>();
  readonly #leaving = new AbortController();
  #events: Events | undefined;
  #leafId: number | undefined;

  constructor(client: Client, id?: number) {
    this.#client = client;
    this.id = id;
    if (id !== undefined) {
      this.loading = true;
      void this.#follow(id);
    }
  }

  /** The answer that grows; undefined while none does. */
  get growing(): ShownMessage | undefined {
    return this.messages.findLast((message) => message.growing);
  }

  /** Whether a question is on its way, or an answer grows. */
  get busy(): boolean {
    return this.sending !== undefined || this.growing !== undefined;
  }

  /**
   * Ask. Returns once the question is stored; throws why it was not. `preset`: what a new conversation is made with.
   */
  async send(question: Omit<ChatSend, "conversationId">, preset?: Preset): Promise<void> {
    if (this.id !== undefined) {
      await this.#ask(question.message, this.#client.chat.send({ ...question, conversationId: this.id }));
    } else if (preset === undefined) {
      await this.#ask(question.message, this.#client.chat.send(question));
    } else {
      await this.#begin(question, preset);
    }
  }

  /** Ask the question `messageId` differently. */
  async edit(messageId: number, message: string, model?: string): Promise<void> {
    await this.#ask(message, this.#client.chat.edit({ messageId, message, ...(model === undefined ? {} : { model }) }));
  }

  /** Have a question answered again, beside the answer `messageId`. */
  async regenerate(messageId: number, model?: string): Promise<void> {
    await this.#ask(undefined, this.#client.chat.regenerate({ messageId, ...(model === undefined ? {} : { model }) }));
  }

  /** Go on from an answer that was cut off. */
  async continue(messageId: number): Promise<void> {
    await this.#ask(undefined, this.#client.chat.continue({ messageId }));
  }

  /** End the answer that grows; what there is of it by then is stored. */
  async stop(): Promise<void> {
    const growing = this.growing;
    if (growing !== undefined) await this.#client.chat.cancel({ messageId: growing.id });
  }

  /** Show the branch on which a message lies. */
  async show(leafId: number): Promise<void> {
    this.#leafId = leafId;
    await this.#load();
  }

  /** Read what stands before the first message that is shown. */
  async loadOlder(): Promise<void> {
    const first = this.messages[0];
    if (this.id === undefined || first === undefined || !this.hasMore) return;
    const history = await this.#client.chat.history({
      conversationId: this.id,
      limit: PAGE,
      before: first.id,
      ...this.#leaf(),
    });
    this.hasMore = history.hasMore;
    this.messages = [...history.messages.map((message) => new ShownMessage(message)), ...this.messages];
  }

  /** Read the branch anew. */
  async reload(): Promise<void> {
    this.failure = undefined;
    if (this.#events === undefined && this.id !== undefined) await this.#follow(this.id);
    else await this.#load();
  }

  /** No longer shown: what was asked goes on at the daemon. */
  close(): void {
    this.#leaving.abort();
    this.#events?.close();
  }

  #leaf(): { leafId?: number } {
    return this.#leafId === undefined ? {} : { leafId: this.#leafId };
  }

  async #ask(text: string | undefined, answer: Answer): Promise<void> {
    this.sending = text;
    let stored: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (stored = resolve));
    const unwatch = answer.watch(() => {
      this.#notice(answer);
      if (answer.messageId !== undefined) stored();
    });
    const ended = this.#read(answer).finally(unwatch);
    try {
      await Promise.race([begun, ended]); // one that fails before it begins throws here
    } finally {
      this.sending = undefined;
    }
    ended.catch(() => undefined); // from here on the message itself says what became of it
  }

  /** Take what an answer tells besides its text. */
  #notice(answer: Answer): void {
    const { question, messageId, progress } = answer;
    if (question !== undefined) {
      this.#put(question);
      if (this.id === undefined) {
        this.id = question.conversationId;
        void this.#follow(question.conversationId);
      }
      this.sending = undefined;
    }
    if (messageId === undefined) return;
    this.#own.set(messageId, answer);
    const shown = this.#find(messageId);
    if (shown === undefined && progress !== undefined) this.#expect(messageId, progress.conversationId, question?.id);
    const message = this.#find(messageId);
    if (message !== undefined && progress !== undefined && message.content === "" && message.reasoning === "") {
      message.progress = progress;
    }
  }

  /** Ask in a conversation that is made first; one that stays without a question is removed again. */
  async #begin(question: Omit<ChatSend, "conversationId">, preset: Preset): Promise<void> {
    this.sending = question.message;
    let conversationId: number | undefined;
    try {
      const title = [...question.message.trim()].slice(0, MAX_TITLE).join("");
      conversationId = (await this.#client.conversation.create({ ...preset, title, autoTitle: true })).id;
      await this.#ask(question.message, this.#client.chat.send({ ...question, conversationId }));
    } catch (error) {
      this.sending = undefined;
      if (conversationId !== undefined) await this.#client.conversation.delete({ conversationId });
      throw error;
    }
  }

  /** Show an answer of which nothing is told yet but that it is wanted. */
  #expect(id: number, conversationId: number, parentId: number | undefined): void {
    const parent = parentId ?? this.messages.at(-1)?.id ?? null;
    const message: ChatMessage = {
      id,
      conversationId,
      parentId: parent,
      role: "assistant",
      content: "",
      reasoning: null,
      status: "streaming",
      model: null,
      timestamp: new Date().toISOString(),
      finishReason: null,
      usage: null,
      timings: null,
      error: null,
    };
    this.#put(message);
  }

  async #read(answer: Answer): Promise<void> {
    try {
      for await (const { text, channel, seq, recovered } of answer) {
        const id = answer.messageId;
        const shown = id === undefined ? undefined : this.#find(id);
        if (shown === undefined) continue;
        if (!recovered) shown.clear();
        shown.add(text, channel, seq);
      }
      const { message } = answer;
      if (message !== undefined) this.#put(message);
    } finally {
      if (answer.messageId !== undefined) this.#own.delete(answer.messageId);
    }
  }

  /** Follow what happens in it, whoever causes it. */
  async #follow(id: number): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      const events = await this.#client.chat.subscribe({ conversationId: id }, { signal });
      this.#events = events;
      await this.#load();
      this.#resume(events.reply);
      for await (const event of events) {
        if (event.type === "client:gap") {
          await this.#load();
          this.#resume(events.reply);
        } else {
          this.#take(event);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        this.failure = error;
        this.#events = undefined;
      }
    } finally {
      this.loading = false;
    }
  }

  async #load(): Promise<void> {
    if (this.id === undefined) return;
    const history = await this.#client.chat.history({ conversationId: this.id, limit: PAGE, ...this.#leaf() });
    if (this.#leaving.signal.aborted) return;
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const first = history.messages[0];
    const older = first === undefined ? [] : this.#olderThan(first.id, history.messages);
    this.messages = [...older, ...history.messages.map((message) => restored(known.get(message.id), message))];
    this.hasMore = older.length > 0 ? this.hasMore : history.hasMore;
    this.loading = false;
    this.failure = undefined;
  }

  /** What was read before of the same branch stays, above. */
  #olderThan(firstId: number, page: readonly ChatMessage[]): ShownMessage[] {
    const index = this.messages.findIndex((message) => message.id === firstId);
    return page.length > 0 && index > 0 ? this.messages.slice(0, index) : [];
  }

  /** Have the whole text of answers that grow, if others have asked for them. */
  #resume({ active }: ChatSubscribed): void {
    for (const { messageId, epoch } of active) {
      const shown = this.#find(messageId);
      if (this.#own.has(messageId) || shown === undefined) continue;
      shown.clear();
      const resumed = this.#client.chat.resume({ messageId, afterSeq: 0, epoch }, { signal: this.#leaving.signal });
      void (async () => {
        try {
          for await (const frame of resumed) this.#take(frame);
          const { message, recovered } = await resumed;
          if (!recovered && message) shown.store(message);
        } catch {
          // It has ended meanwhile; the subscription says how.
        }
      })();
    }
  }

  #take(event: ChatSubscribeEvent): void {
    switch (event.type) {
      case "chat:message":
        if (!this.#own.has(event.data.id)) this.#put(event.data);
        break;
      case "chat:progress":
        this.#takeProgress(event.data);
        break;
      case "chat:streaming":
        this.#takeText(event.data);
        break;
      case "chat:changed":
        this.#takeChange(event.data);
        break;
    }
  }

  #takeProgress(progress: ChatProgress): void {
    if (this.#own.has(progress.messageId)) return;
    if (this.#find(progress.messageId) === undefined)
      this.#expect(progress.messageId, progress.conversationId, undefined);
    const shown = this.#find(progress.messageId);
    if (shown !== undefined) shown.progress = progress;
  }

  #takeText({ messageId, conversationId, chunk, channel, seq, done }: ChatStreaming): void {
    if (this.#own.has(messageId)) return;
    if (this.#find(messageId) === undefined && !done) this.#expect(messageId, conversationId, undefined);
    this.#find(messageId)?.add(chunk, channel, seq);
  }

  #takeChange({ messageId, change, ratings, reactions }: ChatChanged): void {
    const shown = this.#find(messageId);
    if (change === "rated" && shown !== undefined) shown.store({ ...shown.stored, ratings: ratings ?? [] });
    else if (change === "reacted" && shown !== undefined) shown.store({ ...shown.stored, reactions: reactions ?? [] });
    else {
      this.#leafId = undefined;
      void this.#load().catch(() => undefined);
    }
  }

  #find(id: number): ShownMessage | undefined {
    return this.messages.find((message) => message.id === id);
  }

  /** Put a message where it belongs: over what is known of it, else after its parent, which begins another branch there. */
  #put(message: ChatMessage): void {
    const shown = this.#find(message.id);
    if (shown !== undefined) {
      shown.store({ ...shown.stored, ...message });
      return;
    }
    const parent = this.messages.findIndex(({ id }) => id === message.parentId);
    const before = message.parentId === null ? [] : parent < 0 ? this.messages : this.messages.slice(0, parent + 1);
    const beside = this.messages[before.length];
    const siblings = [...(beside?.stored.siblings ?? (beside === undefined ? [] : [beside.id])), message.id];
    this.#leafId = undefined;
    this.messages = [...before, new ShownMessage({ ...message, siblings: message.siblings ?? siblings })];
  }
}

function restored(known: ShownMessage | undefined, message: ChatMessage): ShownMessage {
  if (known === undefined) return new ShownMessage(message);
  known.store(message);
  return known;
}
