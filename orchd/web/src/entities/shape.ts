/** What forms are made of: the members of each kind of row, as the schema of the wire has them. */

export type Shape =
  | { readonly kind: "text"; readonly min: number; readonly max?: number | undefined }
  | {
      readonly kind: "number";
      readonly whole: boolean;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
      readonly unit?: string | undefined;
    }
  | { readonly kind: "truth" }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "moment" }
  | { readonly kind: "list"; readonly of: Shape; readonly min: number; readonly max?: number | undefined }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  /** One of several objects, told apart by `type`. */
  | { readonly kind: "variants"; readonly variants: readonly Variant[] }
  /** Values by names that people choose. */
  | { readonly kind: "map"; readonly of: Shape }
  /** A text, a number, a truth, or nothing. */
  | { readonly kind: "scalar" };

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** What it is where nobody says it. */
  readonly default?: unknown;
}

export interface Variant {
  readonly type: string;
  readonly members: readonly Member[];
}

/** What requests about one kind of row take; empty where there is no such request. */
export interface EntityMembers {
  readonly create: readonly Member[];
  readonly update: readonly Member[];
  readonly list: readonly Member[];
  /** The roles that may make a request, by what stands behind the kind in its type: `create`, `member:add`. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

export const FAMILIES = [
  "account",
  "assistant",
  "credential",
  "file",
  "instruction",
  "knowledge",
  "knowledge:source",
  "project",
  "prompt",
  "provider",
  "team",
  "template",
  "user",
  "workflow",
] as const;
export type Family = (typeof FAMILIES)[number];
export type MemberTable = Readonly<Record<Family, EntityMembers>>;
