import type { AuditItem } from "@orchd/client";
import type { texts } from "$/settings/own/deed-texts";

type Row = Pick<AuditItem, "action" | "targetKind" | "targetId" | "targetName" | "outcome">;

/** What a row of the audit log says was done. What it is about goes without saying where somebody came or went. */
export function deedText(row: Row, t: ReturnType<typeof texts>): string {
  const [room = "", ...verbs] = row.action.split(":");
  const deeds: Readonly<Record<string, string>> = t.deeds;
  const things: Readonly<Record<string, string>> = t.things;
  const done = deeds[verbs.join(":") || room] ?? row.action;
  const kind = things[row.targetKind] ?? row.targetKind.replaceAll("_", " ");
  const thing = [kind, row.targetName ?? row.targetId].filter((word) => word !== "").join(" ");
  const said = verbs.length === 0 || thing === "" ? done : t.deed(done, thing);
  return row.outcome === "refused" ? `${said} (${t.refused})` : said;
}
