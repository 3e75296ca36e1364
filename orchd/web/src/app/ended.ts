import type { texts } from "$/app/texts";

/** Why somebody has to log in again. */
export function endedText(reason: string | undefined, t: ReturnType<typeof texts>): string {
  switch (reason) {
    case "session_expired":
    case "session_ended":
    case "user_disabled":
    case "user_deleted":
    case "users_exist":
      return t[reason];
    default:
      return t.ended;
  }
}
