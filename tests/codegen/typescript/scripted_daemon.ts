/** A daemon in memory that says what a test has it say. Time passes in these tests when they say so. */

import { mock, test } from "node:test";

import { Client, connect, type ConnectOptions, type SocketLike } from "../src/index.ts";

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => mock.timers.reset());

export interface SentFrame {
  type: string;
  id: string;
  data: Record<string, unknown>;
}

export const READY = {
  protocol: "orchd.v1",
  server: { name: "orchd", version: "1" },
  sessionId: "s",
  epoch: "first",
  user: "local",
  role: "admin",
  limits: { maxFrameBytes: 10_000, maxInFlight: 5 },
  heartbeatSeconds: 20,
};

/** Let everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** One connection, as the daemon sees it. */
export class Scripted implements SocketLike {
  readyState = 0;
  onopen: ((event: unknown) => unknown) | null = null;
  onmessage: ((event: { data: unknown }) => unknown) | null = null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
  onerror: ((event: unknown) => unknown) | null = null;
  /** What the client has sent, the oldest first. */
  readonly sent: SentFrame[] = [];
  /** The text of what it has sent last. */
  text = "";

  /** The handshake is done, and the daemon greets. */
  greet(more: object = {}): void {
    this.open();
    this.say("session:ready", { ...READY, ...more });
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }

  send(text: string): void {
    this.text = text;
    this.sent.push(JSON.parse(text) as SentFrame);
  }

  say(type: string, data: object, id?: string): void {
    this.sayText(JSON.stringify(id === undefined ? { type, data } : { type, id, data }));
  }

  sayText(text: unknown): void {
    this.onmessage?.({ data: text });
  }

  /** The connection ends by itself, or with a code. */
  drop(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  close(): void {
    this.readyState = 3;
  }

  /** The latest frame of a type that the client has sent. */
  heard(type: string): SentFrame {
    const found = this.sent.findLast((frame) => frame.type === type);
    if (found === undefined) throw new Error(`no ${type} among ${this.sent.map((frame) => frame.type).join(", ")}`);
    return found;
  }
}

/** All connections that a client makes, one after another. */
export class Daemon {
  readonly sockets: Scripted[] = [];

  readonly makeSocket = (): SocketLike => {
    const socket = new Scripted();
    this.sockets.push(socket);
    return socket;
  };

  get latest(): Scripted {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("nobody has connected");
    return socket;
  }

  /** A client that is connected. */
  async client(more: object = {}, options: ConnectOptions = {}): Promise<Client> {
    const coming = connect("ws://daemon/ws", { ...options, makeSocket: this.makeSocket });
    this.latest.greet(more);
    return coming;
  }
}
