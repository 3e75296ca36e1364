/** A connection that comes back by itself, with whoever listens to it. */

import type { Call, Frame, ProtocolFacts } from "./facts.ts";
import { DisconnectedError, type OrchdError, RequestError } from "./failures.ts";
import { errorOf, type Exchange, Session, type SessionOwner, type SocketLike } from "./session.ts";
import { News, watchDevice } from "./signal.ts";

/** Whether there is a connection: `closed` is for good, by `close` or because trying again is of no use. */
export type ConnectionState = "connecting" | "connected" | "closed";

/** How to connect. */
export interface ConnectOptions {
  /** The token of a user, `orchd_pat_…`. */
  readonly token?: string | undefined;
  /** Send the token as a header, which the WebSocket of Node, Deno and Bun can; otherwise in the first frame. */
  readonly tokenInHeader?: boolean | undefined;
  /** Go on trying where the first try fails, too. */
  readonly patient?: boolean | undefined;
  /** Give up when it aborts. Once there is a connection it ends nothing. */
  readonly signal?: AbortSignal | undefined;
  /** How a WebSocket is made, where it isn't the global one. */
  readonly makeSocket?: ((url: string, protocol: string) => SocketLike) | undefined;
}

/** Whoever is shown each frame, over all connections. */
export interface Listener {
  /** Look at a frame; say whether it was meant for this listener. */
  take(frame: Frame): boolean;
  /** The connection was lost. */
  lose(): void;
}

/** Frames that belong to no request and are kept until somebody looks at them, the latest ones. */
const MAX_UNASKED = 100;
/** So often a request that changes nothing is sent when the connection is lost each time: it may be what ends it. */
export const MAX_TRIES = 8;
/** So soon an answer has to come where the device says that it has no network. */
const OFFLINE_MS = 3000;
/** Pauses are longer or shorter by up to this share, so that not all clients come back at once. */
const JITTER = 0.2;

/** What a client's objects talk through. */
export class Link implements SessionOwner {
  readonly #facts: ProtocolFacts;
  readonly #url: string;
  readonly #options: ConnectOptions;
  readonly #listeners = new Set<Listener>();
  readonly #watchers = new Set<(state: ConnectionState) => void>();
  readonly #news = new News();
  readonly #unasked: Frame[] = [];
  readonly #unwatchDevice: () => void;
  /** The session that is being opened or is open. */
  #latest: Session | undefined;
  #session: Session | undefined;
  #failure: OrchdError | undefined;
  #patient: boolean;
  #attempt = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** Begin to connect. */
  constructor(facts: ProtocolFacts, url: string, options: ConnectOptions) {
    this.#facts = facts;
    this.#url = url;
    this.#options = options;
    this.#patient = options.patient === true;
    this.#unwatchDevice = watchDevice(
      () => this.wake(),
      () => this.#session?.probe(OFFLINE_MS), // the daemon may be on this machine, which needs no network
    );
    this.#connect();
  }

  get state(): ConnectionState {
    if (this.#failure !== undefined) return "closed";
    return this.#session === undefined ? "connecting" : "connected";
  }

  /** What has ended it for good. */
  get failure(): OrchdError | undefined {
    return this.#failure;
  }

  /** The connection that there is just now. */
  get connected(): Session | undefined {
    return this.#session;
  }

  /** The epoch of the connection that there is; an empty text while there is none. */
  get epoch(): string {
    return this.#session?.ready.epoch ?? "";
  }

  /** Tell of each change of the state. Returns what ends that. */
  watch(watcher: (state: ConnectionState) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Return the connection that there is, or wait for one. Throws what has ended the link for good. */
  async session(signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted();
    while (this.#session === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#news.wait(signal);
    }
    return this.#session;
  }

  /** Send a request whose frames are handed to `take`, its last one to `end`; on the next connection, if need be. */
  async begin(
    call: Call,
    data: object,
    handlers: Pick<Exchange, "take" | "end">,
    signal?: AbortSignal,
  ): Promise<{ session: Session; exchange: Exchange }> {
    for (;;) {
      const session = await this.session(signal);
      const exchange = await session.begin(call, data, handlers, signal);
      if (exchange !== undefined) return { session, exchange };
    }
  }

  /**
   * Ask, and return the last frame; nothing when the connection was lost before it came.
   *
   * Throws `RequestError`, `FrameTooLongError`, what has ended the link, and the reason of `signal`, which also cancels
   * the request. `end` is shown the last frame at once, before any other frame is looked at.
   */
  async ask(
    call: Call,
    data: object,
    signal?: AbortSignal,
    take: (frame: Frame) => void = () => undefined,
    end: (frame: Frame) => void = () => undefined,
  ): Promise<Frame | undefined> {
    let leave = (): void => undefined;
    try {
      return await new Promise<Frame | undefined>((resolve, reject) => {
        const finish = (frame?: Frame): void => {
          if (frame?.type === this.#facts.error) reject(errorOf(this.#facts, frame));
          else {
            if (frame !== undefined) end(frame);
            resolve(frame);
          }
        };
        this.begin(call, data, { take, end: finish }, signal).then(({ session, exchange }) => {
          const abort = (): void => {
            session.cancel(exchange);
            reject(signal?.reason);
          };
          leave = () => signal?.removeEventListener("abort", abort);
          if (signal?.aborted) abort();
          else signal?.addEventListener("abort", abort);
        }, reject);
      });
    } finally {
      leave();
    }
  }

  /**
   * Ask, and return what the reply says. What changes nothing is asked again when the connection was lost.
   *
   * Throws as `ask`, and `DisconnectedError`.
   */
  async request<Reply>(call: Call, data: object, signal?: AbortSignal): Promise<Reply> {
    for (let tries = call.safe ? MAX_TRIES : 1; tries > 0; tries--) {
      const frame = await this.ask(call, data, signal);
      if (frame !== undefined) return frame.data as Reply;
    }
    throw new DisconnectedError("the connection was lost before the reply came");
  }

  /** What ends a request of a type; one that isn't known ends by a frame of its own type. */
  callOf(type: string): Call {
    const { calls } = this.#facts;
    return { reply: type, ...(Object.hasOwn(calls, type) ? calls[type] : undefined), type };
  }

  /** What an `error` frame says, as an exception. */
  errorOf(frame: Frame): RequestError | undefined {
    return frame.type === this.#facts.error ? errorOf(this.#facts, frame) : undefined;
  }

  /** Show each frame to a listener from now on. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Show nothing more to a listener. */
  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** Who listens. */
  listening(): Iterable<Listener> {
    return this.#listeners;
  }

  /** Yield frames that belong to no request and to no subscription, as they come; of many the latest ones. */
  async *unaskedFrames(signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    for (;;) {
      for (let frame = this.#unasked.shift(); frame !== undefined; frame = this.#unasked.shift()) yield frame;
      if (this.#failure !== undefined) return;
      await this.#news.wait(signal);
    }
  }

  /** Wait before the next try, the longer the more there were; where a time was told, never less than that. */
  async pause(attempt: number, atLeastMs: number | undefined, signal?: AbortSignal): Promise<void> {
    const news = new News();
    const timer = setTimeout(() => news.send(), this.#pauseMs(attempt, atLeastMs));
    try {
      await news.wait(signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The device may have slept, or changed its network: see at once whether there is a connection. */
  wake(): void {
    this.#session?.probe();
    if (this.#pause !== undefined) {
      this.#attempt = 0;
      this.#connect();
    }
  }

  /** End it for good. */
  close(error: OrchdError = new DisconnectedError("the client was closed")): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#pause);
    this.#unwatchDevice();
    this.#latest?.end(error);
    this.#tell();
    for (const listener of [...this.#listeners]) listener.lose();
  }

  greeted(session: Session): void {
    this.#session = session;
    this.#patient = true;
    this.#tell();
  }

  heard(frame: Frame): boolean {
    let wanted = false;
    for (const listener of [...this.#listeners]) wanted = listener.take(frame) || wanted;
    return wanted;
  }

  unasked(frame: Frame): void {
    this.#unasked.push(frame);
    if (this.#unasked.length > MAX_UNASKED) this.#unasked.shift();
    this.#news.send();
  }

  ended(session: Session, error: OrchdError): void {
    const greeted = this.#session === session;
    this.#session = this.#latest = undefined;
    if (this.#failure !== undefined) return;
    if (session.used) this.#attempt = 0;
    if (!this.#patient || !this.#isPassing(error)) {
      this.close(error);
      return;
    }
    const told = error instanceof RequestError ? error.retryAfterMs : session.reconnectAfterMs;
    this.#pause = setTimeout(() => this.#connect(), this.#pauseMs(this.#attempt++, told));
    if (!greeted) return;
    this.#tell();
    for (const listener of [...this.#listeners]) listener.lose();
  }

  #connect(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const { token, tokenInHeader, makeSocket } = this.#options;
    const { protocol } = this.#facts;
    const headers = tokenInHeader === true && token !== undefined ? { Authorization: `Bearer ${token}` } : undefined;
    const socket = makeSocket?.(this.#url, protocol) ?? openSocket(this.#url, protocol, headers);
    this.#latest = new Session(socket, this.#facts, this, headers === undefined ? token : undefined);
  }

  #pauseMs(attempt: number, atLeastMs: number | undefined): number {
    const all = this.#facts.reconnectSeconds;
    const usual = (all[Math.min(attempt, all.length - 1)] ?? 1) * 1000;
    return (atLeastMs ?? usual * (1 - JITTER)) * (1 + 2 * JITTER * Math.random());
  }

  /** Whether it may be gone at the next try. */
  #isPassing(error: OrchdError): boolean {
    if (error instanceof RequestError) return error.retryable;
    return error instanceof DisconnectedError && !this.#facts.noReconnect.includes(error.closeCode ?? 0);
  }

  #tell(): void {
    this.#news.send();
    for (const watcher of this.#watchers) queueMicrotask(() => watcher(this.state)); // where it harms nobody if it throws
  }
}

function openSocket(url: string, protocol: string, headers: Record<string, string> | undefined): SocketLike {
  if (typeof WebSocket === "undefined") {
    throw new TypeError("there is no WebSocket here: Node has one from 22 on; elsewhere, give `makeSocket`");
  }
  // The second form is what the servers' runtimes take besides that of browsers.
  return headers === undefined
    ? new WebSocket(url, protocol)
    : new WebSocket(url, { protocols: [protocol], headers } as unknown as string);
}

/**
 * Connect, and return once there is a connection.
 *
 * Throws what the first try has failed with, unless it is to be patient, and `TypeError` for an address that is none.
 */
export async function openLink(facts: ProtocolFacts, url: string | undefined, options: ConnectOptions): Promise<Link> {
  const link = new Link(facts, checkAddress(url ?? ownAddress(facts.path)), options);
  try {
    await link.session(options.signal);
  } catch (error) {
    link.close();
    throw error;
  }
  return link;
}

/** The daemon that serves the page, or the one of this machine. */
function ownAddress(path: string): string {
  const page = (globalThis as { location?: { protocol: string; host: string } }).location;
  if (page === undefined || !page.protocol.startsWith("http")) return `ws://127.0.0.1:3001${path}`;
  return `${page.protocol.replace("http", "ws")}//${page.host}${path}`;
}

function checkAddress(url: string): string {
  const parts = new URL(url);
  if (!/^wss?:$/.test(parts.protocol) || parts.username !== "" || parts.password !== "") {
    throw new TypeError("the address must be like ws://127.0.0.1:3001/ws, without a name or a password in it");
  }
  return url;
}
