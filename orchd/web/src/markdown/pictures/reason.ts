/** Why a picture from elsewhere isn't shown, in the language of the page. */

import { language } from "$/text/language.svelte";
import { failureText, toldBy } from "$/ui/failure";
import { reasons } from "$/ui/reasons.svelte";

/** What a code says besides its reason is about other things: it names model servers. */
export function pictureFailure(error: unknown): string {
  const told = toldBy(error);
  if (!told?.reason) return failureText(error);
  const said = `${told.message.charAt(0).toUpperCase()}${told.message.slice(1)}.`;
  if (language.current === "en") return said;
  const known = reasons.textOf(told.reason);
  if (known === null) return "";
  return known === undefined ? said : failureText(error);
}
