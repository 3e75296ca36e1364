/** Requests that tell how far they are, and subscriptions. */

/// <reference lib="esnext.disposable" preserve="true" />

import { type Call, ends, type FollowTerms, type Frame, members, type RequestOptions } from "./facts.ts";
import { cancelled, DisconnectedError, type OrchdError, OverflowedError, RequestError } from "./failures.ts";
import { type Link, type Listener, MAX_TRIES } from "./link.ts";
import type { Exchange, Session } from "./session.ts";
import { News } from "./signal.ts";

/** Frames that are kept for a reader that is slow. */
const MAX_KEPT = 1000;

/** Something may have happened here that was not told, while there was no connection: read the present state. */
export interface ChangeGap {
  type: "client:gap";
}

/**
 * A request that tells how far it is: `for await` gives those frames, `await` the reply. Leaving early cancels it.
 *
 * It is sent at once. What goes wrong is thrown at whoever waits: `RequestError`, `DisconnectedError`,
 * `FrameTooLongError`, and `OverflowedError` at whoever iterates too slowly.
 */
export class RequestStream<Reply, Event>
  implements AsyncIterableIterator<Event, undefined>, PromiseLike<Reply>, AsyncDisposable
{
  readonly #link: Link;
  readonly #call: Call;
  readonly #news = new News();
  readonly #leaving = new AbortController();
  readonly #unlink: () => void;
  readonly #frames: Event[] = [];
  #sent: { session: Session; exchange: Exchange } | undefined;
  #overflowed = false;
  #reply: { data: Reply } | { error: unknown } | undefined;

  constructor(link: Link, call: Call, data: object, options?: RequestOptions) {
    this.#link = link;
    this.#call = call;
    const signal = options?.signal;
    const abort = (): void => this.#leave(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#unlink = () => signal?.removeEventListener("abort", abort);
    if (signal?.aborted) abort();
    else void this.#begin(data);
  }

  /** Wait for the end, and return what the reply says. */
  async finish(): Promise<Reply> {
    while (this.#reply === undefined) await this.#news.wait();
    if ("error" in this.#reply) throw this.#reply.error;
    return this.#reply.data;
  }

  then<A = Reply, B = never>(
    done?: ((reply: Reply) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.finish().then(done, failed);
  }

  /** Cancel the request, if it hasn't ended. */
  cancel(): void {
    this.#leave(cancelled());
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      const value = this.#frames.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#overflowed) throw new OverflowedError(`over ${MAX_KEPT} frames of ${this.#call.type} were not read`);
      if (this.#reply !== undefined) {
        if ("error" in this.#reply) throw this.#reply.error;
        return { done: true, value: undefined };
      }
      await this.#news.wait();
    }
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }

  async #begin(data: object): Promise<void> {
    const handlers = { take: (frame: Frame) => this.#take(frame), end: (frame?: Frame) => this.#takeLast(frame) };
    try {
      this.#sent = await this.#link.begin(this.#call, data, handlers, this.#leaving.signal);
      if (this.#reply !== undefined) this.#sent.session.cancel(this.#sent.exchange);
    } catch (error) {
      this.#end({ error });
    }
  }

  #take(frame: Frame): void {
    this.#overflowed ||= this.#frames.length >= MAX_KEPT;
    if (!this.#overflowed) this.#frames.push(frame as Event);
    this.#news.send();
  }

  #takeLast(frame?: Frame): void {
    const error = frame === undefined ? lostBeforeReply() : this.#link.errorOf(frame);
    this.#end(error === undefined ? { data: frame?.data as Reply } : { error });
  }

  #end(reply: { data: Reply } | { error: unknown }): void {
    this.#reply ??= reply;
    this.#unlink();
    this.#news.send();
  }

  #leave(reason: unknown): void {
    if (this.#reply !== undefined) return;
    this.#end({ error: reason });
    this.#leaving.abort(reason);
    this.#sent?.session.cancel(this.#sent.exchange);
  }
}

/**
 * What is followed: `for await` gives each frame. Leaving ends it, and so does `close`.
 *
 * It goes on after a lost connection; where changes may be missing then, a `ChangeGap` stands in their place.
 * `OverflowedError` is thrown at whoever reads too slowly.
 */
export class Subscription<Reply, Event>
  implements AsyncIterableIterator<Event | ChangeGap, undefined>, AsyncDisposable, Listener
{
  /** What the daemon answered last to the request for it. */
  reply!: Reply;
  readonly #link: Link;
  readonly #call: Call;
  readonly #data: object;
  readonly #terms: FollowTerms;
  readonly #key: unknown;
  readonly #news = new News();
  readonly #leaving = new AbortController();
  readonly #frames: (Event | ChangeGap)[] = [];
  #unlink: () => void = () => undefined;
  #failure: unknown;
  #number: number | undefined;
  #begun = false;
  #lost = true;
  #ended = false;

  private constructor(link: Link, call: Call, data: object, terms: FollowTerms) {
    this.#link = link;
    this.#call = call;
    this.#data = data;
    this.#terms = terms;
    this.#key = terms.key === undefined ? undefined : members(data)[terms.key];
  }

  /** Ask for it, and return once it has begun. Throws as every request; `signal` also ends what has begun. */
  static async open<Reply, Event>(
    link: Link,
    call: Call,
    data: object,
    terms: FollowTerms,
    options?: RequestOptions,
  ): Promise<Subscription<Reply, Event>> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    const opened = new Subscription<Reply, Event>(link, call, data, terms);
    const abort = (): void => opened.#leave(signal?.reason);
    signal?.addEventListener("abort", abort);
    opened.#unlink = () => signal?.removeEventListener("abort", abort);
    link.listen(opened);
    try {
      let tries = MAX_TRIES;
      while (!(await opened.#ask(data))) if (--tries === 0) throw lostBeforeReply();
    } catch (error) {
      opened.#close();
      throw error;
    }
    return opened;
  }

  /** End it. Frames that have come already can still be read. */
  close(): void {
    this.#leave(undefined);
  }

  async next(): Promise<IteratorResult<Event | ChangeGap, undefined>> {
    for (;;) {
      const value = this.#frames.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return { done: true, value: undefined };
      await this.#news.wait();
    }
  }

  async return(): Promise<IteratorResult<Event | ChangeGap, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Look at a frame, pushed or sent to whoever caused it: each comes once. */
  take(frame: Frame): boolean {
    const { pushes, number, end } = this.#terms;
    if (this.#lost || !pushes.includes(frame.type)) return false;
    if (this.#key !== undefined && this.#keyOf(frame) !== this.#key) return false;
    if (this.#frames.length < MAX_KEPT) this.#frames.push(frame as Event);
    else this.#end(new OverflowedError(`over ${MAX_KEPT} frames of ${this.#call.type} were not read`));
    if (number !== undefined) this.#number = Number(members(frame.data)[number]);
    if (frame.type === end.reply && typeof frame.id !== "string" && this.#key !== undefined) this.#end();
    this.#news.send();
    return true;
  }

  /** The connection was lost: it is asked for again on the next one. */
  lose(): void {
    if (this.#lost) return; // it is being asked for
    this.#lost = true;
    void this.#comeBack();
  }

  #keyOf(frame: Frame): unknown {
    const path = this.#terms.paths?.[frame.type] ?? [];
    return path.reduce<unknown>((inner, name) => members(inner)[name], frame.data);
  }

  /** Ask for it; say whether it has begun, or the connection was lost before. */
  async #ask(data: object): Promise<boolean> {
    const take = (): void => undefined;
    const end = (frame: Frame): void => this.#takeReply(frame);
    return (await this.#link.ask(this.#call, data, this.#leaving.signal, take, end)) !== undefined;
  }

  #takeReply(frame: Frame): void {
    if (!ends(this.#call, frame)) return;
    const { number, recovered } = this.#terms;
    const again = this.#begun;
    this.reply = frame.data as Reply;
    const told = members(frame.data);
    const whole = recovered !== undefined && told[recovered] === true;
    if (number !== undefined && !(again && whole)) this.#number = Number(told[number]);
    this.#begun = true;
    this.#lost = false;
    const last = this.#frames.at(-1) as ChangeGap | undefined;
    if (again && !whole && last?.type !== "client:gap") this.#frames.push({ type: "client:gap" });
    this.#news.send();
  }

  async #comeBack(): Promise<void> {
    const { since } = this.#terms;
    for (let tries = 0; !this.#ended; tries++) {
      const more = since === undefined || this.#number === undefined ? {} : { [since]: this.#number };
      try {
        if (await this.#ask({ ...this.#data, ...more })) return;
        tries = -1;
      } catch (error) {
        if (!(error instanceof RequestError && error.retryable)) {
          this.#end(error);
          return;
        }
        await this.#link.pause(tries, error.retryAfterMs, this.#leaving.signal).catch(() => undefined);
      }
    }
  }

  #leave(reason: unknown): void {
    if (this.#ended) return;
    this.#end(reason);
    this.#leaving.abort(reason);
    if (this.#lost || [...this.#link.listening()].some((other) => this.#shares(other))) return;
    const { key, end } = this.#terms;
    const data = key === undefined || this.#key === undefined ? {} : { [key]: this.#key };
    this.#link.ask(end, data).catch(() => undefined); // the connection has ended, and the subscription with it
  }

  /** Whether another one on the same connection lives by the same request to the daemon. */
  #shares(other: Listener): boolean {
    return other instanceof Subscription && other.#terms.end.type === this.#terms.end.type && other.#key === this.#key;
  }

  #end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#close();
  }

  #close(): void {
    this.#link.leave(this);
    this.#unlink();
    this.#news.send();
  }
}

function lostBeforeReply(): OrchdError {
  return new DisconnectedError("the connection was lost before the reply came");
}
