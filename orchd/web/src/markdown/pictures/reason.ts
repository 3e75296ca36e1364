/** Why a picture from elsewhere isn't shown, in the language of the page. */

import { language } from "$/text/language.svelte";
import { failureText, toldBy } from "$/ui/failure";
import { reasons } from "$/ui/reasons.svelte";

const REASONS: ReadonlySet<string> = new Set([
  "host_away",
  "own_network",
  "picture_redirects",
  "picture_size",
  "picture_slow",
  "picture_status",
  "picture_type",
  "pictures",
  "pictures_off",
  "unknown_host",
  "web_address",
]);

/** What the code says besides is about other things: it names model servers. */
export function pictureFailure(error: unknown): string {
  const told = toldBy(error);
  if (told === undefined || !REASONS.has(told.reason ?? "")) return failureText(error);
  const said = `${told.message.charAt(0).toUpperCase()}${told.message.slice(1)}.`;
  if (language.current === "en") return said;
  const known = reasons.textOf(told.reason);
  return known === null ? "" : (known ?? said);
}
