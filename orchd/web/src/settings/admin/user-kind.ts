/** Users, as a kind of row: only admins see them. */

import { type Kind, rowIn } from "$/entities/kind";
import { part } from "$/ui/parts";

export const USER: Kind = {
  family: "user",
  slug: "users",
  idKey: "userId",
  title: "name",
  columns: [
    { member: "name", as: "text" },
    { member: "role", as: "choice" },
    { member: "disabled", as: "truth", minor: true },
    { member: "seenAt", as: "ago", minor: true },
  ],
  members: ["name", "role", "password", "disabled"],
  filters: [],
  trash: false,
  searchable: false,
  versioned: true,
  tellsRows: false,
  removedElsewhere: true,
  rowOf: rowIn(),
  panel: part(async () => (await import("$/settings/admin/UserPanel.svelte")).default),
};

/** The first of them, who has to be an admin that can come in. */
export const FIRST_USER: Kind = { ...USER, members: ["name", "password"] };
