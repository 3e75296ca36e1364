/** What people put into forms, as requests take it. Nothing here is changed in place. */

import type { Member, Shape } from "$/entities/shape";

export type Values = Readonly<Record<string, unknown>>;

/** A row of any kind. */
export interface Row extends Values {
  readonly id: number;
  readonly version: number;
}

/** Millionths of a currency are shown as units of it. */
export const MICROS = 1_000_000;

/** A value as it is sent: null where nothing is said; what is empty and may not be is nothing. */
export function normalized(value: unknown, shape: Shape): unknown {
  switch (shape.kind) {
    case "text": {
      const text = typeof value === "string" ? value : "";
      return text === "" && shape.min > 0 ? null : text;
    }
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    case "truth":
      return typeof value === "boolean" ? value : null;
    case "choice":
    case "moment":
      return typeof value === "string" && value !== "" ? value : null;
    case "list":
      return listOf(value)
        .map((each) => normalized(each, shape.of))
        .filter((each) => each !== null);
    case "object":
      return isValues(value) ? withoutNothing(value, shape.members) : null;
    case "variants": {
      if (!isValues(value)) return null;
      const variant = shape.variants.find(({ type }) => type === value["type"]);
      return variant === undefined ? null : { type: variant.type, ...withoutNothing(value, variant.members) };
    }
    case "map":
      return isValues(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== "")) : {};
    case "scalar":
      return value ?? null;
  }
}

function withoutNothing(value: Values, members: readonly Member[]): Values {
  const said = members.map(({ name, shape }) => [name, normalized(value[name], shape)] as const);
  return Object.fromEntries(said.filter(([, each]) => each !== null));
}

/** What a new object of a list begins with. */
export function initial(members: readonly Member[]): Values {
  return Object.fromEntries(
    members.filter((each) => each.default !== undefined).map((each) => [each.name, each.default]),
  );
}

/** The paths of what must be said and isn't: `name`, `steps[2].title`. */
export function missing(values: Values, members: readonly Member[], before = ""): string[] {
  return members.flatMap((each) => missingIn(values[each.name], each.shape, before + each.name, each.required));
}

function missingIn(value: unknown, shape: Shape, path: string, required: boolean): string[] {
  const said = normalized(value, shape);
  if (shape.kind === "list") {
    const items = listOf(value);
    if (required && items.length < shape.min) return [path];
    return items.flatMap((each, index) => missingIn(each, shape.of, `${path}[${index}]`, false));
  }
  if (said === null || (required && said === "")) return required ? [path] : [];
  if (shape.kind === "object" && isValues(value)) return missing(value, shape.members, `${path}.`);
  if (shape.kind === "variants" && isValues(value)) {
    const variant = shape.variants.find(({ type }) => type === value["type"]);
    return missing(value, variant?.members ?? [], `${path}.`);
  }
  return [];
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isValues(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
