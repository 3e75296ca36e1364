/** One connection, from its handshake to its end: requests in flight, and whose a frame is. */

import { type Call, ends, type Frame, members, type ProtocolFacts } from "./facts.ts";
import { DisconnectedError, FrameTooLongError, NotADaemonError, type OrchdError, RequestError } from "./failures.ts";
import { readFrame, writeRequest } from "./messages.ts";
import { News, Turns } from "./signal.ts";

/** What the runtime needs of a WebSocket; the one that browsers have is one. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: any) => unknown) | null;
  onmessage: ((event: any) => unknown) | null;
  onclose: ((event: any) => unknown) | null;
  onerror: ((event: any) => unknown) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Who is told what becomes of a session. None of it waits or throws. */
export interface SessionOwner {
  /** The first frame has come. */
  greeted(session: Session): void;
  /** A frame has come; say whether somebody listens to frames like this one. */
  heard(frame: Frame): boolean;
  /** A frame belongs to no request, and nobody listens to it. */
  unasked(frame: Frame): void;
  /** It has ended; its requests have been told. */
  ended(session: Session, error: OrchdError): void;
}

/** A request in flight. */
export interface Exchange {
  readonly id: string;
  readonly call: Call;
  /** What comes before the last frame. */
  take(frame: Frame): void;
  /** Called once, with the last frame; without one when the connection was lost. */
  end(frame?: Frame): void;
}

/** What a daemon says first, as far as the runtime looks at it. */
interface Greeting {
  readonly epoch: string;
  readonly limits: { readonly maxInFlight: number; readonly maxFrameBytes: number };
}

/** How long the handshake and the first frame may take together. */
const READY_MS = 30_000;
/** After this a daemon that says nothing is asked why: it may wait to be told who connects. */
const GREETING_MS = 1000;
/** So many of the requests that may be in flight are kept for `cancel` and `ping`. */
const SPARE = 2;
/** `readyState` of an open WebSocket. */
const OPEN = 1;

export class Session {
  /** The data of the first frame; there is none before `greeted`. */
  ready!: Greeting;
  /** Milliseconds, as the daemon has said before it stops. */
  reconnectAfterMs: number | undefined;
  /** Whether anything came besides the first frame. */
  used = false;
  readonly #socket: SocketLike;
  readonly #facts: ProtocolFacts;
  readonly #owner: SessionOwner;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #end = new News();
  #turns = new Turns(1);
  #lastId = 0;
  #greeted = false;
  #ended = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #greeting: ReturnType<typeof setTimeout> | undefined;

  /** Send `token`, if there is one, as soon as the socket is open. */
  constructor(socket: SocketLike, facts: ProtocolFacts, owner: SessionOwner, token?: string) {
    this.#socket = socket;
    this.#facts = facts;
    this.#owner = owner;
    socket.onopen = () => {
      if (token !== undefined) this.#send(writeRequest(facts.authenticate, "authenticate", { token }));
      this.#greeting = setTimeout(() => this.#send(writeRequest(facts.ping, "ping", {})), GREETING_MS);
    };
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onerror = () => undefined; // `close` follows, and says more
    socket.onclose = ({ code, reason }) => this.end(new DisconnectedError(closing(code, reason), code));
    this.#expect(READY_MS, () => this.end(new DisconnectedError("nothing answers there")));
  }

  /**
   * Send a request, as soon as not too many are in flight.
   *
   * Returns nothing when the connection has ended before that. Throws `FrameTooLongError`, `OverflowedError`, and the
   * reason of `signal`.
   */
  async begin(
    call: Call,
    data: object,
    { take, end }: Pick<Exchange, "take" | "end">,
    signal?: AbortSignal,
  ): Promise<Exchange | undefined> {
    const exchange = { id: String(++this.#lastId), call, take, end };
    const text = writeRequest(call.type, exchange.id, data);
    const { maxFrameBytes } = this.ready.limits;
    const bytes = text.length * 3 > maxFrameBytes ? new TextEncoder().encode(text).length : 0;
    if (bytes > maxFrameBytes) throw new FrameTooLongError(`${bytes} bytes; ${maxFrameBytes} are taken`);
    await this.#turns.take(signal);
    if (this.#ended) return undefined;
    if (!this.#send(text)) {
      while (!this.#ended) await this.#end.wait(signal); // it is closing; why, is told when it has closed
      return undefined;
    }
    this.#exchanges.set(exchange.id, exchange);
    return exchange;
  }

  /** Tell the daemon that nobody waits for a request any more. */
  cancel(exchange: Exchange): void {
    if (this.#ended || this.#exchanges.get(exchange.id) !== exchange) return;
    exchange.take = exchange.end = () => undefined;
    this.#send(writeRequest(this.#facts.cancel, String(++this.#lastId), { id: exchange.id }));
  }

  /** Ask whether anybody is there; the connection is lost when nothing comes within so many milliseconds. */
  probe(patienceMs = this.#facts.pongSeconds * 1000): void {
    if (!this.#greeted || this.#ended) return;
    this.#send(writeRequest(this.#facts.ping, String(++this.#lastId), {}));
    this.#expect(patienceMs, () => this.end(new DisconnectedError("nothing came, not even an answer to a ping")));
  }

  /** End it, for this reason. */
  end(error: OrchdError): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#greeting);
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
    } catch {
      // It is closed already.
    }
    for (const exchange of this.#exchanges.values()) exchange.end();
    this.#exchanges.clear();
    this.#turns.open();
    this.#end.send();
    this.#owner.ended(this, error);
  }

  #send(text: string): boolean {
    if (this.#socket.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  #take(text: unknown): void {
    try {
      const frame = readFrame(text);
      this.#expect(this.#facts.silenceSeconds * 1000, () => this.probe());
      if (this.#greeted) this.#handOut(frame);
      else this.#greet(frame);
    } catch (error) {
      if (!(error instanceof NotADaemonError || error instanceof RequestError)) throw error;
      this.end(error);
    }
  }

  #greet(frame: Frame): void {
    clearTimeout(this.#greeting);
    if (frame.type === this.#facts.error) throw errorOf(this.#facts, frame);
    if (frame.type !== this.#facts.ready) throw new NotADaemonError(`the first frame is ${frame.type}`);
    this.ready = greeting(frame.data);
    this.#turns = new Turns(Math.max(1, this.ready.limits.maxInFlight - SPARE));
    this.#greeted = true;
    this.#owner.greeted(this);
  }

  #handOut(frame: Frame): void {
    this.used = true;
    if (frame.type === this.#facts.closing) {
      this.reconnectAfterMs = Number(members(frame.data)["reconnectAfterMs"] ?? 0);
    }
    const wanted = this.#owner.heard(frame);
    const exchange = typeof frame.id === "string" ? this.#exchanges.get(frame.id) : undefined;
    if (exchange === undefined) {
      if (!wanted && typeof frame.id !== "string") this.#owner.unasked(frame);
    } else if (frame.type === this.#facts.error || ends(exchange.call, frame)) {
      this.#exchanges.delete(exchange.id);
      this.#turns.give();
      exchange.end(frame);
    } else {
      exchange.take(frame);
    }
  }

  /** Do something unless a frame comes within so many milliseconds. */
  #expect(ms: number, otherwise: () => void): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(otherwise, ms);
  }
}

/** What an `error` frame says, as an exception. */
export function errorOf(facts: ProtocolFacts, frame: Frame): RequestError {
  const code = String(members(frame.data)["code"]);
  const kind = Object.hasOwn(facts.errors, code) ? facts.errors[code] : undefined;
  return new (kind ?? RequestError)(frame.data);
}

function greeting(data: unknown): Greeting {
  const { epoch, limits } = members(data);
  const { maxInFlight, maxFrameBytes } = members(limits);
  if (typeof epoch !== "string" || typeof maxInFlight !== "number" || typeof maxFrameBytes !== "number") {
    throw new NotADaemonError("the first frame doesn't say what a daemon says");
  }
  return data as Greeting;
}

function closing(code: number, reason: string): string {
  return code < 1000 || code === 1005 || code === 1006
    ? "the connection was lost"
    : `closed: ${code} ${reason}`.trimEnd();
}
