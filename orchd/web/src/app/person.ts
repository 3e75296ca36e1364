/** Who is asking: the daemon's `GET /session`. */

export interface Person {
  readonly user: string;
  readonly role: string;
}

/** Ask who one is; null: nobody, undefined: that can't be told now. */
export async function whoIsThere(): Promise<Person | null | undefined> {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.ok) return (await answer.json()) as Person;
    return answer.status === 401 || answer.status === 403 ? null : undefined;
  } catch {
    return undefined;
  }
}
