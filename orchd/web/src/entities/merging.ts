/** Storing what somebody has changed beside whoever changes other fields of the same. */

import { same, type Values } from "$/entities/values";

/** So often it is stored anew because another field was changed meanwhile. */
const MOST_TRIES = 5;

/**
 * Whether what others have made of `base`, which is `present` now, leaves alone what `changes` change: then both hold.
 * `plain` gives what of a value counts.
 */
export function isApart(
  base: Values,
  present: Values,
  changes: Values,
  plain: (name: string, value: unknown) => unknown = (_name, value) => value,
): boolean {
  return Object.keys(changes).every((name) => same(plain(name, base[name]), plain(name, present[name])));
}

/**
 * Send changes; where somebody was quicker, again on top of what is there by then.
 *
 * `meet` takes up what that is, and says whether it lies apart; undefined for any other failure. Resolves with undefined
 * where it doesn't, and rejects with what failed.
 */
export async function storeBeside<T>(
  send: () => Promise<T>,
  meet: (error: unknown) => boolean | undefined | Promise<boolean | undefined>,
): Promise<T | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      const apart = tries === MOST_TRIES ? undefined : await meet(error);
      if (apart === undefined) throw error;
      if (!apart) return undefined;
    }
  }
}
