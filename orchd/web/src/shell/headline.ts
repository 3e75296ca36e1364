import type { Notification, NotificationKind } from "@orchd/client";
import type { texts } from "$/shell/headline-texts";

/** Kinds that are about nothing with a name. */
const NAMELESS: readonly string[] = ["backup_failed", "quota"] satisfies readonly NotificationKind[];

/** What a notification says in one line; the daemon's own words where an older one, or a later one, says it. */
export function headline(
  { kind, subject, title }: Pick<Notification, "kind" | "title"> & { readonly subject?: string },
  t: ReturnType<typeof texts>,
): string {
  const sayings: Readonly<Record<NotificationKind, (name: string) => string>> = t.kinds;
  if (!Object.hasOwn(sayings, kind) || (!subject && !NAMELESS.includes(kind))) return title;
  return sayings[kind as NotificationKind](subject ?? "");
}
