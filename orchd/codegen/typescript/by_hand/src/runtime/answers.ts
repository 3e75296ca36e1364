/** An answer while it grows: an iterator that goes on as if nothing had happened when the connection was lost. */

/// <reference lib="esnext.disposable" preserve="true" />

import { type AnswerTerms, type Call, ends, type Frame, members, type RequestOptions } from "./facts.ts";
import { cancelled, DisconnectedError, RequestError } from "./failures.ts";
import type { Link, Listener } from "./link.ts";
import type { Exchange, Session } from "./session.ts";
import { News } from "./signal.ts";

/** A piece of an answer's text. */
export interface TextChunk {
  text: string;
  /** `content` or `reasoning`. */
  channel: string;
  /** The position at which it ends, in code points. */
  seq: number;
  /** When false all pieces before it are void, since the daemon was restarted: the text begins anew with this. */
  recovered: boolean;
}

/**
 * The answer to a question, which is sent at once: `for await` gives its text, leaving early cancels it.
 *
 * `await` gives the message when it is there. Pieces that nobody has taken yet are joined, so that a slow reader costs no
 * more than the text. What goes wrong is thrown at whoever waits: `RequestError`, `DisconnectedError`, `FrameTooLongError`.
 */
export class AnswerStream<Message, Progress = unknown>
  implements AsyncIterableIterator<TextChunk, undefined>, PromiseLike<Message>, AsyncDisposable, Listener
{
  /** The answer as it was stored, once it has ended. */
  message: Message | undefined;
  /** Its id, as soon as it is known. */
  messageId: number | undefined;
  /** The question as it was stored. */
  question: Message | undefined;
  /** What was told last of what it waits for. */
  progress: Progress | undefined;
  readonly #link: Link;
  readonly #call: Call;
  readonly #terms: AnswerTerms;
  readonly #news = new News();
  readonly #watchers = new Set<() => void>();
  readonly #leaving = new AbortController();
  readonly #unlink: () => void;
  #chunks: TextChunk[] = [];
  #failure: unknown;
  #failed = false;
  #sent: { session: Session; exchange: Exchange } | undefined;
  #resuming = false;
  #epoch = "";
  #seq = 0;

  constructor(link: Link, call: Call, data: object, terms: AnswerTerms, options?: RequestOptions) {
    this.#link = link;
    this.#call = call;
    this.#terms = terms;
    const signal = options?.signal;
    const abort = (): void => this.#leave(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#unlink = () => signal?.removeEventListener("abort", abort);
    if (signal?.aborted) abort();
    else void this.#begin(data);
  }

  /** Wait for the end, and return the answer as it was stored. */
  async finish(): Promise<Message> {
    for (;;) {
      if (this.message !== undefined) return this.message;
      if (this.#failed) throw this.#failure;
      await this.#news.wait();
    }
  }

  then<A = Message, B = never>(
    done?: ((message: Message) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.finish().then(done, failed);
  }

  /** Be told of all that is new: the question, what it waits for, text, the end. Returns what ends that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Tell the daemon that nobody wants the answer any more; what it has by then is stored. */
  cancel(): void {
    this.#leave(cancelled());
  }

  async next(): Promise<IteratorResult<TextChunk, undefined>> {
    for (;;) {
      const value = this.#chunks.shift();
      if (value !== undefined) return { done: false, value };
      if (this.message !== undefined) return { done: true, value: undefined };
      if (this.#failed) throw this.#failure;
      await this.#news.wait();
    }
  }

  async return(): Promise<IteratorResult<TextChunk, undefined>> {
    this.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }

  /** Look at a frame that was pushed, as those after a resume are. */
  take(frame: Frame): boolean {
    if (typeof frame.id === "string" || this.messageId === undefined) return false;
    const data = members(frame.data);
    if (frame.type === this.#terms.message) {
      if (data["id"] !== this.messageId) return false;
      this.#end(frame.data as Message);
      return true;
    }
    if (frame.type === this.#terms.resume.reply || data[this.#terms.of] !== this.messageId) return false;
    this.#takeOwn(frame);
    return true;
  }

  /** The connection was lost: the rest is asked for on the next one. */
  lose(): void {
    if (this.#sent !== undefined && !this.#resuming) void this.#resume();
  }

  async #begin(data: object): Promise<void> {
    this.#link.listen(this);
    const handlers = {
      take: (frame: Frame) => this.#takeOwn(frame),
      end: (frame?: Frame) => this.#takeLast(frame),
    };
    try {
      this.#sent = await this.#link.begin(this.#call, data, handlers, this.#leaving.signal);
      if (this.#failed) this.#sent.session.cancel(this.#sent.exchange);
    } catch (error) {
      this.#fail(error);
    }
  }

  #takeOwn(frame: Frame): void {
    const terms = this.#terms;
    if (frame.type === terms.message) {
      this.question = frame.data as Message;
      this.#tell();
      return;
    }
    const data = members(frame.data);
    const id = data[terms.of];
    if (typeof id === "number") this.messageId = id;
    this.#epoch = this.#link.epoch;
    if (frame.type === terms.streaming) {
      const seq = Number(data[terms.seq]);
      const text = String(data[terms.chunk]);
      if (text !== "" && seq > this.#seq) {
        this.#add({ text, channel: String(data[terms.channel]), seq, recovered: true });
      }
      this.#seq = Math.max(this.#seq, seq);
    } else {
      this.progress = frame.data as Progress;
    }
    this.#tell();
  }

  #takeLast(frame?: Frame): void {
    if (frame === undefined) return; // `lose` follows
    const error = this.#link.errorOf(frame);
    if (error === undefined) this.#end(frame.data as Message);
    else this.#fail(error);
  }

  #add(chunk: TextChunk): void {
    const last = this.#chunks.at(-1);
    if (last?.channel !== chunk.channel || !chunk.recovered) this.#chunks.push(chunk);
    else this.#chunks.splice(-1, 1, { ...chunk, text: last.text + chunk.text, recovered: last.recovered });
  }

  async #resume(): Promise<void> {
    const id = this.messageId;
    if (id === undefined) {
      this.#fail(
        new DisconnectedError(
          "the connection was lost before the answer began; whether the question was stored is not known",
        ),
      );
      return;
    }
    this.#resuming = true;
    const { resume, resumeData } = this.#terms;
    const take = (frame: Frame): void => this.#takeOwn(frame);
    const end = (frame: Frame): void => this.#goOn(frame);
    for (let tries = 0; !this.#isOver(); tries++) {
      try {
        const data = resumeData(id, this.#seq, this.#epoch);
        const last = await this.#link.ask(resume, data, this.#leaving.signal, take, end);
        if (last !== undefined) break;
        tries = -1;
      } catch (error) {
        if (!(error instanceof RequestError && error.retryable)) {
          this.#fail(error);
          break;
        }
        await this.#link.pause(tries, error.retryAfterMs, this.#leaving.signal).catch(() => undefined);
      }
    }
  }

  /** Take what a resume ends with: where the text is by now, and all of it where the missing part isn't known. */
  #goOn(frame: Frame): void {
    if (!ends(this.#terms.resume, frame)) return;
    const { seq, recovered, status, message } = members(frame.data);
    this.#epoch = this.#link.epoch;
    this.#seq = Number(seq);
    this.#resuming = false;
    if (recovered === true) return;
    const { reasoning, content } = members(message);
    this.#chunks = [];
    if (typeof reasoning === "string" && reasoning !== "") {
      this.#chunks.push({ text: reasoning, channel: "reasoning", seq: this.#seq, recovered: false });
    }
    const recoveredNow = this.#chunks.length > 0;
    this.#chunks.push({ text: String(content ?? ""), channel: "content", seq: this.#seq, recovered: recoveredNow });
    if (status !== "streaming") this.#end(message as Message);
    this.#tell();
  }

  #isOver(): boolean {
    return this.message !== undefined || this.#failed;
  }

  #end(message: Message): void {
    if (this.#isOver()) return;
    this.message = message;
    this.#close();
  }

  #fail(error: unknown): void {
    if (this.#isOver()) return;
    this.#failure = error;
    this.#failed = true;
    this.#close();
  }

  #tell(): void {
    this.#news.send();
    for (const watcher of this.#watchers) watcher();
  }

  #close(): void {
    this.#link.leave(this);
    this.#unlink();
    this.#tell();
  }

  #leave(reason: unknown): void {
    if (this.#isOver()) return;
    const { cancel, cancelData } = this.#terms;
    this.#fail(reason);
    this.#leaving.abort(reason);
    if (this.#sent === undefined) return; // nothing was sent, or `begin` cancels what was
    if (this.#sent.exchange.call === this.#call && this.#sent.session === this.#link.connected) {
      this.#sent.session.cancel(this.#sent.exchange);
    } else if (this.messageId !== undefined && cancel !== undefined && cancelData !== undefined) {
      this.#link.request(cancel, cancelData(this.messageId)).catch(() => undefined); // it may have ended by itself
    }
  }
}
