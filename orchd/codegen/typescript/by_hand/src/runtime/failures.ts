/** What can go wrong, for whoever asked. */

import { members } from "./facts.ts";

/** All that this package throws, besides what an `AbortSignal` gives as its reason. */
export class OrchdError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** A request that the daemon refused, or that failed. There is a subclass for each code. */
export class RequestError extends OrchdError {
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** More for programs; what, depends on the error. */
  readonly details: Readonly<Record<string, unknown>>;
  /** By which the daemon's log knows the request, where it said so. */
  readonly requestId: string | undefined;

  /** `data` is that of an `error` frame. */
  constructor(data: unknown) {
    const { code, message, retryable, details, requestId } = members(data);
    super(String(message ?? code));
    this.code = String(code);
    this.retryable = retryable === true;
    this.details = members(details);
    this.requestId = typeof requestId === "string" ? requestId : undefined;
  }

  /** The JSON path of the member at fault, `$.data.title` for instance. */
  get path(): string | undefined {
    return this.#text("path");
  }

  /** The name of the member at fault. */
  get field(): string | undefined {
    return this.#text("field");
  }

  /** What tells errors of one code apart. */
  get reason(): string | undefined {
    return this.#text("reason");
  }

  /** Milliseconds after which to try again, where the daemon knows. */
  get retryAfterMs(): number | undefined {
    const found = this.details["retryAfterMs"];
    return typeof found === "number" ? found : undefined;
  }

  #text(name: string): string | undefined {
    const found = this.details[name];
    return typeof found === "string" ? found : undefined;
  }
}

/** There is no connection any more, and what was asked may have been done or not. */
export class DisconnectedError extends OrchdError {
  /** The close code of the WebSocket, where one came. */
  readonly closeCode: number | undefined;

  constructor(message: string, closeCode?: number) {
    super(message);
    this.closeCode = closeCode;
  }
}

/** What answers at that address is no orchd, or speaks another protocol. */
export class NotADaemonError extends OrchdError {}

/** A request is longer than the daemon takes; nothing was sent. */
export class FrameTooLongError extends OrchdError {}

/** More has come than was kept for a reader that was too slow. What it has had so far is right. */
export class OverflowedError extends OrchdError {}

/** What is thrown at whoever still waits for something that was cancelled without a reason. */
export function cancelled(): DOMException {
  return new DOMException("it was cancelled", "AbortError");
}
