/** What is sent by those who come in, and what the daemon says to it. */

import { DisconnectedError, RequestError } from "@orchd/client";
import type { Person } from "$/app/person";
import { texts } from "$/door/texts";
import { formatDuration } from "$/text/language.svelte";
import { failureText } from "$/ui/failure";

/** Why somebody can't come in, and by which field that is said; where there is none, it is said of all. */
export interface Refusal {
  readonly field: string | undefined;
  readonly text: string;
}

export const CLOSED: Refusal = { field: undefined, text: "" };

/** Send a form. Throws `RequestError` for what the daemon refuses, and `DisconnectedError` where it can't be reached. */
export async function enter(path: "/login" | "/setup", values: Readonly<Record<string, string>>): Promise<Person> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(values),
    });
  } catch {
    throw new DisconnectedError("the daemon can't be reached");
  }
  const told: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return told as Person;
  throw new RequestError((told as { error?: unknown }).error ?? { code: "other", message: `HTTP ${answer.status}` });
}

/** Say why a name and a password were refused. */
export function loginRefusal(error: unknown): Refusal {
  const t = texts();
  if (error instanceof RequestError && error.code === "unauthorized") return { field: "password", text: t.wrong };
  return sharedRefusal(error);
}

/** Say why a first user was refused. */
export function setupRefusal(error: unknown): Refusal {
  const t = texts();
  if (error instanceof RequestError) {
    if (error.code === "unauthorized") return { field: undefined, text: t.link_wrong };
    if (error.code === "conflict") return { field: undefined, text: t.set_up_already };
    if (error.field === "name") return { field: "name", text: t.name_rule };
    if (error.field === "password") return { field: "password", text: t.password_wrong };
  }
  return sharedRefusal(error);
}

function sharedRefusal(error: unknown): Refusal {
  const t = texts();
  if (error instanceof DisconnectedError) return { field: undefined, text: t.unreachable };
  if (error instanceof RequestError) {
    if (error.code === "rate_limited") {
      const seconds = Math.ceil((error.retryAfterMs ?? 1000) / 1000);
      return { field: "password", text: t.slow_down(formatDuration(seconds * 1000)) };
    }
    if (error.code === "forbidden") return { field: undefined, text: t.plain };
    if (error.code === "busy") return { field: undefined, text: t.busy };
    if (error.code === "unavailable") return { field: undefined, text: t.unavailable };
  }
  return { field: undefined, text: failureText(error) };
}

/** Whether people can come in by the provider of their organization, too; nobody is told where that can't be known. */
export async function hasProvider(): Promise<boolean> {
  try {
    const told: unknown = await (await fetch("/version", { cache: "no-store" })).json();
    return (told as { provider?: unknown }).provider === true;
  } catch {
    return false;
  }
}
