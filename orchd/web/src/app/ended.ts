import { isEnd, isLocal, type Person } from "$/app/person";
import type { texts } from "$/app/texts";

/**
 * Why `before` is nobody by now, where the daemon has been shown nothing: a browser forgets who one was when the time of
 * the session is over, or when somebody has `left` in another of its tabs.
 */
export function guessedReason(before: Person | undefined, left: boolean): string | undefined {
  if (before === undefined) return undefined;
  if (isLocal(before)) return "users_exist";
  return left ? "session_ended" : "session_expired";
}

/** Why somebody has to log in again. */
export function endedText(reason: string | undefined, t: ReturnType<typeof texts>): string {
  return reason !== undefined && isEnd(reason) ? t[reason] : t.ended;
}
