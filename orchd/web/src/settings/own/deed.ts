import type { AuditItem } from "@orchd/client";
import type { texts } from "$/settings/own/deed-texts";

type Row = Pick<AuditItem, "action" | "targetKind" | "targetId" | "targetName" | "outcome">;
type Texts = ReturnType<typeof texts>;

/** The name under which commands of the daemon's own machine act. */
export const COMMAND_LINE = "command line";

/** What an action is called in words; undefined where there are none for it. */
export function actionText(action: string, t: Texts): string | undefined {
  const [room = "", ...verbs] = action.split(":");
  const deeds: Readonly<Record<string, string>> = t.deeds;
  const name = verbs.join(":") || room;
  return Object.hasOwn(deeds, name) ? deeds[name] : undefined;
}

/** What a row of the audit log says was done. What it is about goes without saying where somebody came or went. */
export function deedText(row: Row, t: Texts): string {
  const done = actionText(row.action, t) ?? row.action;
  const thing = thingText(row, t);
  const said = !row.action.includes(":") || thing === "" ? done : t.deed(done, thing);
  return row.outcome === "refused" ? `${said} (${t.refused})` : said;
}

/** What it was done to: its kind, and its name or else its id; both may be empty. */
export function thingText(row: Pick<Row, "targetKind" | "targetId" | "targetName">, t: Texts): string {
  const things: Readonly<Record<string, string>> = t.things;
  const kind = things[row.targetKind] ?? row.targetKind.replaceAll("_", " ");
  return [kind, row.targetName ?? row.targetId].filter((word) => word !== "").join(" ");
}
