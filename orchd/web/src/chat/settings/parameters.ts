/** Sampling parameters as they are typed, and as the daemon takes them. */

import type { ConversationParams, ConversationParamsDraft } from "@orchd/client";
import { typedNumber } from "$/text/typed-number";

const NUMBERS = ["temperature", "topP", "maxTokens", "seed"] as const;
export type NumberName = (typeof NUMBERS)[number];

/** Each as text; empty for what is the model server's choice. */
export type TypedParams = Record<NumberName | "stop", string>;

export function typedParams(params: ConversationParams | ConversationParamsDraft | null | undefined): TypedParams {
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined ? "" : String(value);
  const stop = params?.stop ?? [];
  return {
    temperature: number(params?.temperature),
    topP: number(params?.topP),
    maxTokens: number(params?.maxTokens),
    seed: number(params?.seed),
    stop: (typeof stop === "string" ? [stop] : stop).join("\n"),
  };
}

/** What was typed, null where all is left to the server; `wrong` names what is no number. */
export function readParams(typed: TypedParams): { params: ConversationParamsDraft | null; wrong: NumberName[] } {
  const params: ConversationParamsDraft = {};
  const wrong: NumberName[] = [];
  for (const name of NUMBERS) {
    if (typed[name].trim() === "") continue;
    const value = typedNumber(typed[name]);
    if (value === undefined) wrong.push(name);
    else params[name] = value;
  }
  const stop = typed.stop.split("\n").filter((line) => line !== "");
  if (stop.length > 0) params.stop = stop;
  return { params: Object.keys(params).length === 0 ? null : params, wrong };
}
