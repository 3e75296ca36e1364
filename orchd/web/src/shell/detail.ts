/** What else there is to say of a notification, in the language of the page. */

import type { Notification, NotificationDetail, NotificationKind } from "@orchd/client";
import { texts } from "$/shell/detail-texts";
import { causeText } from "$/tasks/open/cause";
import { formatMoment, formatMoney, formatMonth } from "$/text/language.svelte";
import { toldText } from "$/ui/failure";

type Texts = ReturnType<typeof texts>;
type Saying = (detail: NotificationDetail, t: Texts) => string | undefined;

/** Kinds of which there is no more to say than their headline. */
function nothing(): string {
  return "";
}

/** A kind that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<NotificationKind, Saying>> = {
  access: (detail, t) => {
    const row = rowOf(detail, t);
    const more = [detail.opened ? t.opened : "", detail.note === undefined ? "" : t.note(detail.note)];
    return row && [row, ...more].filter(Boolean).join(" ");
  },
  account: ({ spent = 0, limit = 0, month = "", currency = "" }, t) =>
    t.spent(formatMoney(spent, currency), formatMonth(new Date(`${month}-15T12:00`)), formatMoney(limit, currency)),
  approval: ({ question = "" }, t) => named(t.questions, question),
  backend_down: ({ error }) => error && toldText(error),
  backup_failed: nothing,
  quota: ({ endsAt }, t) => (endsAt === undefined ? undefined : t.quota(formatMoment(endsAt))),
  task_completed: nothing,
  task_failed: ({ cause }) => causeText(cause),
  task_waiting: ({ cause }) => causeText(cause),
};

/** The daemon's own words where an older one made nothing else of it, or a later one something new. */
export function detailText({
  kind,
  detail,
  text = "",
}: Pick<Notification, "kind"> & { readonly detail?: NotificationDetail | null; readonly text?: string }): string {
  if (SAYINGS[kind as NotificationKind] === nothing) return "";
  if (!detail || !Object.hasOwn(SAYINGS, kind)) return text;
  return SAYINGS[kind as NotificationKind](detail, texts()) ?? text;
}

function rowOf({ rowKind = "", row = 0, endsAt }: NotificationDetail, t: Texts): string | undefined {
  return named(t.rows, rowKind)?.(String(row), endsAt === undefined ? "" : formatMoment(endsAt));
}

function named<T>(all: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
