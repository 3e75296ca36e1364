/** What a generated client tells the runtime of its protocol. */

import type { RequestError } from "./failures.ts";

/** One of some texts, or one that a later daemon has added. */
export type Open<Known extends string> = Known | (string & {});

/** A frame of the daemon, as it came. */
export interface Frame {
  type: string;
  /** Which request it answers. */
  id?: string;
  data: unknown;
}

/** What holds for every connection. Frames are named by their types. */
export interface ProtocolFacts {
  readonly protocol: string;
  /** Where the daemon has its WebSocket. */
  readonly path: string;
  readonly ready: string;
  readonly closing: string;
  readonly error: string;
  readonly ping: string;
  readonly cancel: string;
  readonly authenticate: string;
  /** By their codes. */
  readonly errors: Readonly<Record<string, typeof RequestError>>;
  /** What ends requests, by their types; the others by a frame of their own type, and they are not safe. */
  readonly calls: Readonly<Record<string, Omit<Call, "type">>>;
  /** Close codes after which connecting again is of no use. */
  readonly noReconnect: readonly number[];
  readonly reconnectSeconds: readonly number[];
  readonly silenceSeconds: number;
  readonly pongSeconds: number;
}

/** A type of request, and what ends it. */
export interface Call {
  readonly type: string;
  /** The type of its last frame, if that is no error. */
  readonly reply: string;
  /** Members that tell the last frame from one of its type before it. */
  readonly replyData?: Readonly<Record<string, string>>;
  /** It changes nothing, so that it may be sent again. */
  readonly safe?: boolean;
}

/** How an answer streams and is resumed: frames by their types, members by their names. */
export interface AnswerTerms {
  readonly streaming: string;
  /** The member of such a frame that says of which answer it is. */
  readonly of: string;
  readonly chunk: string;
  readonly seq: string;
  readonly channel: string;
  /** The type of the frame that has the whole answer. */
  readonly message: string;
  readonly resume: Call;
  /** The data of the request for the rest. */
  readonly resumeData: (messageId: number, seq: number, epoch: string) => object;
  /** The request by which an answer is cancelled from another connection. */
  readonly cancel?: Call;
  readonly cancelData?: (messageId: number) => object;
}

/** How a subscription is kept and ended. */
export interface FollowTerms {
  readonly pushes: readonly string[];
  readonly end: Call;
  /** The member of both requests that says what is followed. */
  readonly key?: string;
  /** Where each pushed frame says the same. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly since?: string;
  readonly number?: string;
  readonly recovered?: string;
}

/** What every request takes besides its data. */
export interface RequestOptions {
  /** When it aborts the request is cancelled at the daemon, too. `AbortSignal.timeout(30_000)` is a deadline. */
  readonly signal?: AbortSignal | undefined;
}

/** Data of a frame, to be looked into by the names that the terms have. */
export function members(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
}

/** Whether a frame is a request's last one, if it is no error. */
export function ends(call: Call, frame: Frame): boolean {
  if (frame.type !== call.reply) return false;
  const data = members(frame.data);
  return Object.entries(call.replyData ?? {}).every(([name, value]) => data[name] === value);
}
