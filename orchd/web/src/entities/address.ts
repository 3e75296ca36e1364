/** What stands in the address of a list: which row is open, how the rows are narrowed and ordered. */

import type { Wish } from "$/entities/list/entity-list.svelte";
import type { Kind } from "$/entities/kind";

/** The id of the row that is open; `new` for one that is being written, undefined for the list. */
export function openIn(query: URLSearchParams): number | "new" | undefined {
  const said = query.get("id");
  if (said === "new") return "new";
  return said !== null && /^[1-9][0-9]{0,15}$/.test(said) ? Number(said) : undefined;
}

/** `orders`: by what it may be ordered. What an address says and no list has is left out. */
export function wishIn(query: URLSearchParams, kind: Kind, orders: readonly string[]): Wish {
  const said = kind.filters
    .map((name) => [name, query.get(name)] as const)
    .filter(([name, value]) => value !== null && value !== "" && !Number.isNaN(valueOf(name, value)));
  return {
    order: orders.find((each) => each === query.get("order")),
    descending: query.get("descending") === "true",
    deleted: query.get("deleted") === "true" && kind.trash,
    filters: Object.fromEntries(said.map(([name, value]) => [name, valueOf(name, value ?? "")])),
  };
}

/** The same address with other words in it; what is undefined or empty goes. */
export function addressWith(path: string, query: URLSearchParams, words: Record<string, string | undefined>): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(words)) {
    if (value === undefined || value === "") changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  return text === "" ? path : `${path}?${text}`;
}

function valueOf(name: string, said: string): unknown {
  if (said === "true" || said === "false") return said === "true";
  return name.endsWith("Id") ? Number(said) : said;
}
