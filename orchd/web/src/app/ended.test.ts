import { afterEach, expect, it } from "vitest";
import { endedText, endOf } from "$/app/ended";
import { texts } from "$/app/texts";
import { LANGUAGES, language } from "$/text/language.svelte";

const REASONS = ["session_expired", "session_ended", "user_disabled", "user_deleted", "users_exist", undefined];

afterEach(() => language.choose(undefined));

it.each(LANGUAGES)("each reason why a session has ended is told apart from the others in %s", (each) => {
  language.choose(each);
  expect(new Set(REASONS.map((reason) => endedText(reason, texts()))).size).toBe(REASONS.length);
  expect(endedText("a reason of a newer daemon", texts())).toBe(endedText(undefined, texts()));
});

it("says again only to who was logged in before", () => {
  expect(endedText("users_exist", texts())).not.toContain("again");
  expect(endedText("session_expired", texts())).toContain("Log in again");
});

it("of a browser that has forgotten who one was, the reason is guessed", () => {
  const ana = { userId: 1, user: "ana", role: "admin" };
  expect(endOf(undefined, undefined, true)).toBeUndefined();
  expect(endOf(undefined, { userId: 0, user: "local", role: "admin" }, false)).toBe("users_exist");
  expect(endOf(undefined, ana, false)).toBe("session_expired");
  expect(endOf(undefined, ana, true)).toBe("session_ended");
  expect(endOf("not_known", ana, false)).toBe("session_expired");
  expect(endOf("user_disabled", ana, false)).toBe("user_disabled");
});
