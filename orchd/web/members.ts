/** From the schema of the wire to what the page's lists and forms are made of; done when the page is built. */

import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import type { EntityMembers, Family, Member, MemberTable, Shape } from "./src/entities/shape.ts";
import { FAMILIES } from "./src/entities/shape.ts";

interface Node {
  readonly $ref?: string;
  readonly allOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly default?: unknown;
  readonly "x-default"?: unknown;
  readonly "x-unit"?: string;
  readonly "x-right"?: string;
}

export interface Schema {
  readonly $defs: Readonly<Record<string, Node>>;
  readonly "x-rights": Readonly<Record<string, { readonly roles: readonly string[] }>>;
}

/** The members of every kind of row that the page has lists and forms of. Throws for a schema without one of them. */
export function readMembers(schema: Schema): MemberTable {
  return Object.fromEntries(FAMILIES.map((family) => [family, readFamily(schema, family)])) as MemberTable;
}

function readFamily(schema: Schema, family: Family): EntityMembers {
  const requests = new Map<string, Node>();
  for (const { $ref } of resolved(schema, { $ref: "#/$defs/ClientFrame" }).oneOf ?? []) {
    const frame = resolved(schema, { $ref: $ref ?? "" });
    const type = String(frame.properties?.["type"]?.const);
    if (type.startsWith(`${family}:`)) requests.set(type.slice(family.length + 1), frame);
  }
  if (requests.size === 0) throw new Error(`the schema has no requests of ${family}`);
  const members = (name: string): readonly Member[] => {
    const data = requests.get(name)?.properties?.["data"];
    return data === undefined ? [] : readObject(schema, only(schema, data));
  };
  const roles = [...requests].map(([name, { "x-right": right }]) => [
    name,
    schema["x-rights"][right ?? ""]?.roles ?? [],
  ]);
  return {
    create: members("create"),
    update: members("update"),
    list: members("list"),
    roles: Object.fromEntries(roles) as Record<string, readonly string[]>,
  };
}

function readObject(schema: Schema, node: Node): readonly Member[] {
  return Object.entries(node.properties ?? {}).map(([name, property]) => {
    const unit = property["x-unit"];
    const shape = readShape(schema, property);
    const standard = property.default ?? property["x-default"];
    return {
      name,
      shape: shape.kind === "number" && unit !== undefined ? { ...shape, unit } : shape,
      required: node.required?.includes(name) ?? false,
      ...(standard === undefined ? {} : { default: standard }),
    };
  });
}

function readShape(schema: Schema, property: Node): Shape {
  const options = alternatives(schema, property);
  const node = options[0] ?? {};
  if (options.length > 1) {
    const variants = options.map((each) => ({
      type: String(each.properties?.["type"]?.const),
      members: readObject(schema, each).filter(({ name }) => name !== "type"),
    }));
    return options.every(({ properties }) => properties !== undefined)
      ? { kind: "variants", variants }
      : { kind: "scalar" };
  }
  if (node.enum !== undefined) return { kind: "choice", options: node.enum };
  if (node.const !== undefined) return { kind: "choice", options: [String(node.const)] };
  switch (node.type) {
    case "boolean":
      return { kind: "truth" };
    case "integer":
    case "number":
      return {
        kind: "number",
        whole: node.type === "integer",
        min: node.minimum ?? node.exclusiveMinimum,
        max: node.maximum,
        unit: node["x-unit"],
      };
    case "array":
      return { kind: "list", of: readShape(schema, node.items ?? {}), min: node.minItems ?? 0, max: node.maxItems };
    case "object":
      return typeof node.additionalProperties === "object"
        ? { kind: "map", of: readShape(schema, node.additionalProperties) }
        : { kind: "object", members: readObject(schema, node) };
    default:
      return node.format === "date-time"
        ? { kind: "moment" }
        : { kind: "text", min: node.minLength ?? 0, max: node.maxLength };
  }
}

/** What a value may be besides null. */
function alternatives(schema: Schema, node: Node): Node[] {
  const found = resolved(schema, node);
  const inner = found.anyOf ?? found.oneOf ?? found.allOf;
  if (inner === undefined) return found.type === "null" ? [] : [found];
  return inner.flatMap((each) => alternatives(schema, each));
}

function only(schema: Schema, node: Node): Node {
  return alternatives(schema, node)[0] ?? {};
}

function resolved(schema: Schema, node: Node): Node {
  if (node.$ref === undefined) return node;
  const found = schema.$defs[node.$ref.replace("#/$defs/", "")];
  if (found === undefined) throw new Error(`the schema has no ${node.$ref}`);
  return found;
}

const NAME = "virtual:members";

/** Have `import { MEMBERS } from "virtual:members"` give the table of the schema at `path`. */
export function memberTable(path: string): Plugin {
  return {
    name: "member-table",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    async load(id) {
      if (id !== `\0${NAME}`) return undefined;
      this.addWatchFile(path);
      const table = readMembers(JSON.parse(await readFile(path, "utf8")) as Schema);
      return `export const MEMBERS = ${JSON.stringify(table)};`;
    },
  };
}
