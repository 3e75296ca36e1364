import { type End, isEnd, isLocal, type Person } from "$/app/person";
import type { texts } from "$/app/texts";

/**
 * Why `before` is nobody by now, where the daemon has been shown nothing: a browser forgets who one was when the time of
 * the session is over, or when somebody has `left` in another of its tabs.
 */
function guessedReason(before: Person | undefined, left: boolean): End | undefined {
  if (before === undefined) return undefined;
  if (isLocal(before)) return "users_exist";
  return left ? "session_ended" : "session_expired";
}

/** Why `before` is nobody by now, as the daemon says it where it does: it may know only that they are nobody. */
export function endOf(reason: string | undefined, before: Person | undefined, left: boolean): End | undefined {
  return isEnd(reason) ? reason : guessedReason(before, left);
}

/** Why somebody has to log in, again unless there were no users before; and that they lose nothing by it. */
export function endedText(reason: string | undefined, t: ReturnType<typeof texts>): string {
  return `${isEnd(reason) ? t[reason] : t.ended} ${reason === "users_exist" ? t.nothing_lost : t.log_in_again}`;
}
