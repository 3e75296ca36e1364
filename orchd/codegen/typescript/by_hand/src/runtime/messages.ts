/** Frames as text and as values. Whatever a later daemon has added is left where it is. */

import type { Frame } from "./facts.ts";
import { NotADaemonError } from "./failures.ts";

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

const LONG_NUMBER = /\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * Read a message. Throws `NotADaemonError` for what is no frame at all.
 *
 * Numbers of the protocol are at most 2^53 - 1. What others have put into values that may be anything can be larger: such
 * a whole number becomes a `bigint`, where the engine tells how it was written, so that no digit is lost.
 */
export function readFrame(text: unknown): Frame {
  let frame: unknown;
  if (typeof text === "string") {
    try {
      frame = JSON.parse(
        text,
        LONG_NUMBER.test(text) ? (keepDigits as (key: string, value: unknown) => unknown) : undefined,
      );
    } catch {
      // It is told below.
    }
  }
  if (!isFrame(frame)) throw new NotADaemonError("what answers there sends no frames of this protocol");
  return frame;
}

/** Return a request as the text of a message. Members that are undefined are left out. */
export function writeRequest(type: string, id: string, data: object): string {
  return JSON.stringify({ type, id, data }, (_key, value: unknown) =>
    typeof value === "bigint" ? writeDigits(value) : value,
  );
}

const keepDigits: Reviver = (_key, value, context) => {
  const source = context?.source;
  const lost = typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && WHOLE.test(source);
  return lost ? BigInt(source) : value;
};

function writeDigits(value: bigint): unknown {
  const number = Number(value);
  const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
  if (Number.isSafeInteger(number)) return number;
  return raw === undefined ? value : raw(String(value)); // which an old engine refuses, since it would lose digits
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) return false;
  const { type, data, id } = value as Record<string, unknown>;
  const named = id === undefined || id === null || typeof id === "string";
  return typeof type === "string" && typeof data === "object" && data !== null && named;
}
