/** One conversation as the page shows it: one of its branches, kept in step with the daemon, whoever changes it. */

import {
  type ChatHistory,
  type ChatMessage,
  type ChatSend,
  type ChatSubscribed,
  type ChatSubscribeEvent,
  type Client,
  DisconnectedError,
  ForbiddenError,
  NotFoundError,
  type Subscription,
} from "@orchd/client";
import { forgetPair, pairOf } from "$/chat/beside";
import { Branch } from "$/chat/branch.svelte";
import type { ShownMessage } from "$/chat/message/shown.svelte";
import { HeardEvents } from "$/chat/heard-events";
import { OwnAnswers } from "$/chat/own-answers";
import { type MadeConversation, makeConversation } from "$/chat/settings/make";
import type { Preset } from "$/chat/settings/preset.svelte";
import { type UnsureQuestion, wasStored } from "$/chat/unsure";

type Events = Subscription<ChatSubscribed, ChatSubscribeEvent>;
type Question = Omit<ChatSend, "conversationId" | "parentId">;

/** So many messages are read at once. */
const PAGE = 50;
/** And so many on the way to one that is wanted: as many as the daemon gives. */
const LONG_PAGE = 200;

export class OpenConversation {
  /** Undefined until the first question is stored. */
  id = $state<number>();
  hasMore = $state(false);
  /** Until its messages are there for the first time. */
  loading = $state(false);
  /** Why they are not. */
  failure = $state.raw<unknown>();
  /** A question that was sent and isn't stored yet. */
  sending = $state.raw<string>();
  readonly branch = new Branch();
  readonly #client: Client;
  readonly #own: OwnAnswers;
  readonly #heard: HeardEvents;
  readonly #leaving = new AbortController();
  #events: Events | undefined;
  /** The message through which the branch goes that somebody has chosen; undefined: it is the active one. */
  #throughId: number | undefined;
  #rereading = false;

  constructor(client: Client, id?: number, throughId?: number) {
    this.#client = client;
    this.#own = new OwnAnswers(this.branch, {
      onquestion: (question) => this.#noticeQuestion(question),
      onanswer: (answer) => this.#put(answer),
    });
    this.#heard = new HeardEvents(this.branch, this.#own, {
      onmessage: (message) => this.#put(message),
      onmoved: () => this.#reread(),
      onsought: (messageId) => this.#seek(messageId),
      onselected: (leafId) => this.#follows(leafId),
    });
    this.id = id;
    this.#throughId = throughId;
    if (id !== undefined) {
      this.loading = true;
      void this.#follow(id);
    }
  }

  get messages(): readonly ShownMessage[] {
    return this.branch.messages;
  }

  /** The answer that grows; undefined while none does. */
  get growing(): ShownMessage | undefined {
    return this.branch.beside?.growing ? this.branch.beside : this.messages.findLast((message) => message.growing);
  }

  /** All answers that grow, in the order in which they are shown. */
  get allGrowing(): readonly ShownMessage[] {
    const beside = this.branch.beside === undefined ? [] : [this.branch.beside];
    return [...this.messages, ...beside].filter((message) => message.growing).sort((a, b) => a.id - b.id);
  }

  /** Whether a question is on its way, or an answer grows. */
  get busy(): boolean {
    return this.sending !== undefined || this.growing !== undefined;
  }

  /**
   * Ask. Returns the question's id once it is stored, where that is known; throws why it was not.
   *
   * `preset`: what a new conversation is made with.
   */
  async send(question: Question, preset?: Preset): Promise<number | undefined> {
    const { message, model } = question;
    const last = this.messages.at(-1)?.id ?? 0;
    const begun = Date.now();
    this.sending = message;
    let made: MadeConversation | undefined;
    try {
      if (this.id === undefined && preset !== undefined) made = await makeConversation(this.#client, preset, message);
      const conversationId = this.id ?? made?.id;
      const place = conversationId === undefined ? {} : { conversationId, ...this.#parent() };
      const answerId = await this.#ask(this.#client.chat.send({ ...question, ...place }), model, message);
      return (answerId === undefined ? undefined : this.branch.find(answerId))?.stored.parentId ?? undefined;
    } catch (error) {
      // Whether it was stored may be unknown. Then it is looked for once there is a connection, so that it is there once.
      const asked = { conversationId: this.id ?? made?.id, text: message, last, begun };
      if (error instanceof DisconnectedError && (await this.#find(asked))) return undefined;
      await made?.remove();
      throw error;
    } finally {
      this.sending = undefined;
    }
  }

  /** Ask the question `messageId` differently. */
  async edit(messageId: number, message: string, model?: string): Promise<void> {
    await this.#ask(this.#client.chat.edit({ messageId, message, ...named(model) }), model, message);
  }

  /** Have a question answered again: `messageId` is that, or an answer beside which the new one is put. */
  async regenerate(messageId: number, model?: string): Promise<void> {
    await this.#ask(this.#client.chat.regenerate({ messageId, ...named(model) }), model);
  }

  /** Have the last question, or the question before an answer, answered by another model, too, and show both. */
  async compare(messageId: number, model: string, params?: Question["params"]): Promise<void> {
    const more = params === undefined ? {} : { params };
    await this.#own.follow(this.#client.chat.regenerate({ messageId, model, beside: true, ...more }), model, true);
  }

  /** Go on from an answer that was cut off. */
  async continue(messageId: number): Promise<void> {
    await this.#ask(this.#client.chat.continue({ messageId }));
  }

  /** End the answers that grow, or one of them; what there is of them by then is stored. */
  async stop(one?: ShownMessage): Promise<void> {
    const growing = (one ? [one] : [this.branch.beside, ...this.messages]).filter((message) => message?.growing);
    await Promise.all(growing.map((message) => this.#client.chat.cancel({ messageId: message?.id ?? 0 })));
  }

  /** Show the latest branch that goes through a message. */
  async show(throughId: number): Promise<void> {
    this.#part();
    this.#throughId = throughId;
    await this.#load();
  }

  /** Show a message with the branch that goes through it, from there to its end; says whether it is there. */
  async reach(id: number): Promise<boolean> {
    if (this.branch.find(id) === undefined && this.#throughId !== id) await this.show(id);
    while (this.branch.find(id) === undefined && this.hasMore && this.#throughId === id)
      await this.loadOlder(LONG_PAGE);
    return this.branch.find(id) !== undefined;
  }

  /** Go on by the latest branch that goes through a message: it is shown here at once, then wherever this is open. */
  async choose(throughId: number): Promise<void> {
    await this.show(throughId);
    if (this.#throughId !== throughId) return; // somebody has chosen on meanwhile
    try {
      await this.#client.chat.select({ messageId: throughId });
    } catch (error) {
      if (error instanceof ForbiddenError) return; // who only reads looks at it alone
      throw error;
    }
    if (this.#throughId === throughId) this.#throughId = undefined;
  }

  /** Remove a message with all that follows it; returns how many are gone. */
  async remove(messageId: number): Promise<number> {
    const { removed } = await this.#client.chat.delete({ messageId });
    await this.#changed();
    return removed;
  }

  /** Have a message back that was removed, with what went with it. */
  async restore(messageId: number): Promise<void> {
    await this.#client.chat.restore({ messageId });
    await this.#changed();
  }

  /** Read what stands before the first message that is shown. */
  async loadOlder(limit = PAGE): Promise<void> {
    const first = this.messages[0];
    if (this.id === undefined || first === undefined || !this.hasMore) return;
    const history = await this.#client.chat.history({ conversationId: this.id, limit, before: first.id });
    if (this.messages[0] !== first) return; // another branch is shown by now
    this.hasMore = history.hasMore;
    this.branch.prepend(history.messages);
  }

  /** Read all that stands before the first message that is shown. */
  async loadAll(): Promise<void> {
    while (this.hasMore && !this.#leaving.signal.aborted) await this.loadOlder(LONG_PAGE);
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

  /** What a question follows where the active branch may end elsewhere. */
  #parent(): { parentId?: number } {
    const last = this.messages.at(-1);
    const active = this.#throughId === undefined && this.branch.beside === undefined;
    return active || last === undefined ? {} : { parentId: last.id };
  }

  async #ask(
    answer: Parameters<OwnAnswers["follow"]>[0],
    model?: string | null,
    text?: string,
  ): Promise<number | undefined> {
    this.sending = text;
    const last = this.messages.findLast(({ isAnswer }) => isAnswer)?.stored.model;
    try {
      return await this.#own.follow(answer, model ?? last ?? undefined); // where nobody says who, it is who answered last
    } finally {
      this.sending = undefined;
    }
  }

  /** Look for a question that may have been stored, and show it. */
  async #find(asked: UnsureQuestion): Promise<boolean> {
    this.sending = asked.text;
    const found = await wasStored(this.#client, asked, this.#leaving.signal);
    if (found !== undefined && this.id === undefined) this.#enter(found);
    return found !== undefined;
  }

  #noticeQuestion(question: ChatMessage): void {
    this.#throughId = undefined;
    if (this.id === undefined) this.#enter(question.conversationId);
    this.#put(question);
    this.sending = undefined;
  }

  /** The first question has made it a conversation. */
  #enter(id: number): void {
    this.id = id;
    void this.#follow(id);
  }

  /** Follow what happens in it, whoever causes it. */
  async #follow(id: number): Promise<void> {
    const signal = this.#leaving.signal;
    try {
      const events = await this.#client.chat.subscribe({ conversationId: id }, { signal });
      this.#events = events;
      // What is read now has at least the text after which the frames of this subscription begin.
      await this.#load();
      for await (const event of events) {
        if (event.type === "client:gap") await this.#load();
        else this.#heard.take(event);
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
    const throughId = this.#throughId;
    const branch = throughId === undefined ? {} : { throughId };
    let history: ChatHistory;
    try {
      history = await this.#client.chat.history({ conversationId: this.id, limit: PAGE, ...branch });
    } catch (error) {
      if (throughId === undefined || !(error instanceof NotFoundError)) throw error;
      return await this.#changed(); // that message is gone
    }
    if (this.#leaving.signal.aborted || throughId !== this.#throughId) return;
    if (!this.branch.replace(history.messages)) this.hasMore = history.hasMore;
    this.loading = false;
    this.failure = undefined;
    if (throughId === undefined) this.#rejoin(this.id);
  }

  /** Something was removed or restored: the active branch is shown, which ends elsewhere by now. */
  async #changed(): Promise<void> {
    this.#throughId = undefined;
    await this.#load();
  }

  /** Show the branch that somebody has chosen elsewhere, unless another one was chosen here to be looked at. */
  #follows(leafId: number | undefined): void {
    if (this.#throughId !== undefined) return;
    const kept = this.branch.beside !== undefined; // of two answers
    this.#part();
    if (kept || this.messages.at(-1)?.id !== leafId) this.#reread();
  }

  /** Find an answer that grows: beside the last one where both answer the same question, else on the active branch. */
  #seek(messageId: number): void {
    const last = this.messages.at(-1);
    if (last?.growing && last.stored.siblings?.includes(messageId))
      this.#compareWith(last, messageId).catch(() => undefined); // the last one is shown alone, as before
    else this.#reread();
  }

  async #compareWith(last: ShownMessage, throughId: number): Promise<void> {
    const conversationId = last.stored.conversationId;
    const { messages } = await this.#client.chat.history({ conversationId, throughId, limit: 1 });
    const found = messages.find(({ id }) => id === throughId);
    if (found !== undefined && this.messages.at(-1) === last) this.branch.putBeside(found);
  }

  /** Put two answers side by side again, where neither was kept, and nothing else asked since. */
  #rejoin(conversationId: number): void {
    const [pair, last] = [pairOf(conversationId), this.messages.at(-1)];
    if (pair === undefined || this.branch.beside !== undefined) return;
    if (last?.id !== pair.first || !last.stored.siblings?.includes(pair.beside)) forgetPair(conversationId);
    else this.#compareWith(last, pair.beside).catch(() => undefined); // the first one is shown alone
  }

  /** Show no two answers any more. */
  #part(): void {
    this.branch.beside = undefined;
    if (this.id !== undefined) forgetPair(this.id);
  }

  #reread(): void {
    if (this.#rereading) return;
    this.#rereading = true;
    this.#changed()
      .catch(() => undefined) // the connection is away: all is read again when it is back
      .finally(() => (this.#rereading = false));
  }

  /** Show a message that was just told; where what it follows isn't shown, the branch is read anew. */
  #put(message: ChatMessage): void {
    if (this.branch.find(message.id) === undefined) this.#throughId = undefined;
    if (!this.branch.put(message)) this.#reread();
  }
}

function named(model: string | undefined): { model?: string } {
  return model === undefined ? {} : { model };
}
