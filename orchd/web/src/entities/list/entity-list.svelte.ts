/** The rows of one kind, as somebody has asked for them: narrowed, in an order, or those that were removed. */

import type { Client } from "@orchd/client";
import { type LiveChange, LiveList, type LiveSource } from "$/app/live-list.svelte";
import type { Kind } from "$/entities/kind";
import type { Row, Values } from "$/entities/values";

const PAGE = 50;

/** What stands in the address of a list. */
export interface Wish {
  readonly order?: string | undefined;
  readonly descending: boolean;
  readonly deleted: boolean;
  readonly filters: Values;
}

/** What a list asks for; a parent's id may be among the filters. */
export function listRows(client: Client, kind: Kind, wish: Wish): LiveList<Row> {
  const asked = {
    ...wish.filters,
    limit: PAGE,
    ...(wish.order === undefined ? {} : { order: wish.order, descending: wish.descending }),
    ...(wish.deleted ? { deleted: true } : {}),
  };
  const source: LiveSource<Row> = {
    list: async (cursor) => {
      const data = cursor === undefined ? asked : { ...asked, cursor };
      return (await client.request(`${kind.family}:list`, data)) as { items: Row[]; nextCursor: string | null };
    },
    subscribe: async (signal) => {
      const changes = (await kind.subscribe?.(client, signal)) ?? nothing();
      return kind.tellsRows && !wish.deleted ? changes : readAgain(changes);
    },
    fits: (row) =>
      (row["deletedAt"] ?? null) === null && Object.entries(wish.filters).every(([name, value]) => row[name] === value),
    compare: (a, b) => compareBy(a, b, wish.order ?? kind.title) * (wish.descending ? -1 : 1) || a.id - b.id,
  };
  return new LiveList(source);
}

/** Negative when `a` comes first by a member; what has nothing there comes first, as in the database. */
export function compareBy(a: Row, b: Row, member: string): number {
  const [one, other] = [a[member] ?? "", b[member] ?? ""];
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { sensitivity: "base" });
}

async function* nothing(): AsyncGenerator<LiveChange<Row>> {}

/** Where a change doesn't tell what the list shows, the list is read again. */
async function* readAgain<C extends object>(changes: AsyncIterable<C>): AsyncGenerator<C | LiveChange<Row>> {
  for await (const change of changes) {
    yield "type" in change ? change : { change: "reset", item: null, id: null };
  }
}
