import { afterEach, expect, it } from "vitest";
import { endedText } from "$/app/ended";
import { texts } from "$/app/texts";
import { LANGUAGES, language } from "$/text/language.svelte";

const REASONS = ["session_expired", "session_ended", "user_disabled", "user_deleted", "users_exist", undefined];

afterEach(() => language.choose(undefined));

it.each(LANGUAGES)("each reason why a session has ended is told apart from the others in %s", (each) => {
  language.choose(each);
  expect(new Set(REASONS.map((reason) => endedText(reason, texts()))).size).toBe(REASONS.length);
  expect(endedText("a reason of a newer daemon", texts())).toBe(endedText(undefined, texts()));
});
