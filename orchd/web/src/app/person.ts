/** Who is asking: the daemon's `GET /session`. */

/** Why somebody who was let in is nobody by now, as the daemon calls it; other reasons are of who was never let in. */
const ENDS = ["session_expired", "session_ended", "user_disabled", "user_deleted", "users_exist"] as const;
export type End = (typeof ENDS)[number];

export function isEnd(reason: string | undefined): reason is End {
  return (ENDS as readonly (string | undefined)[]).includes(reason);
}

export interface Person {
  /** 0 where there are no users; nobody else is ever given it, unlike the name. */
  readonly userId: number;
  readonly user: string;
  readonly role: string;
}

/** Whoever reaches a daemon that has no users. */
const LOCAL = "local";

/** Whether there are no users, so that nobody has to say who they are. */
export function isLocal(person: Person | undefined): boolean {
  return person?.user === LOCAL;
}

/**
 * Ask who one is; null: nobody, undefined: that can't be told now. `refused` is told why it is nobody, as the daemon calls
 * it.
 */
export async function whoIsThere(refused?: (reason: string | undefined) => void): Promise<Person | null | undefined> {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.ok) return (await answer.json()) as Person;
    if (answer.status !== 401 && answer.status !== 403) return undefined;
    if (refused !== undefined) refused(reasonOf(await answer.text()));
    return null;
  } catch {
    return undefined;
  }
}

/** The reason in what a page of the daemon says of a refusal. */
function reasonOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { details?: { reason?: string } } }).error?.details?.reason;
  } catch {
    return undefined; // something that stands in between has answered
  }
}
