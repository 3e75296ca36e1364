/** What a list and a form of one kind of row need to know besides the schema. */

import type { ChangeGap, Client } from "@orchd/client";
import type { Component } from "svelte";
import type { LiveChange } from "$/app/live-list.svelte";
import type { Family } from "$/entities/shape";
import { isValues, type Row } from "$/entities/values";

/** How a value is written in a list. */
export type Format = "text" | "ago" | "day" | "truth" | "choice" | "number" | "bytes" | "money" | "words" | "reference";

export interface Column {
  readonly member: string;
  readonly as: Format;
  /** Left out where there is little room. */
  readonly minor?: boolean;
}

export interface PanelProps {
  readonly row: Row;
  readonly role: string;
}

export interface ToolsProps {
  readonly reload: () => void;
  readonly role: string;
}

/** What a list says of itself. */
export interface ListTexts {
  readonly title: string;
  readonly new: string;
  readonly about: string;
  /** Said where there is nothing yet, and what to do then. */
  readonly none: string;
  readonly first: string;
}

export interface Kind {
  readonly family: Family;
  /** Where its list is: `/workspace/assistants`. */
  readonly slug: string;
  /** The member that names a row in requests. */
  readonly idKey: string;
  readonly title: string;
  readonly columns: readonly Column[];
  /** The members of its form, in order. */
  readonly members: readonly string[];
  /** Those of them that few people need. */
  readonly further?: readonly string[];
  /** Members by which lists can be narrowed. */
  readonly filters: readonly string[];
  /** Whether what was removed can be listed and restored; else it can be taken back while its notice is shown. */
  readonly trash: boolean;
  /** What a removal says besides: that rows in it stay those of their makers. */
  readonly removedWith?: { readonly rows: "release" };
  /** Whether somebody may change and remove a row, where their role alone doesn't say so. */
  mayChange?(row: Row): boolean;
  readonly searchable: boolean;
  readonly versioned: boolean;
  /** Whether the rows that changes tell are those that lists have; else a list is read again. */
  readonly tellsRows: boolean;
  subscribe?(client: Client, signal: AbortSignal): Promise<AsyncIterable<LiveChange<Row> | ChangeGap>>;
  /** Whether its panel is where it is removed. */
  readonly removedElsewhere?: boolean;
  /** The row in a reply; undefined where there is none. */
  rowOf(reply: unknown): Row | undefined;
  /** What can be done with a row besides changing it. */
  readonly panel?: () => Promise<Component<PanelProps>>;
  /** What can be done with all of them. */
  readonly tools?: () => Promise<Component<ToolsProps>>;
}

/** A reply that is a row, or has one under `name`. */
export function rowIn(name?: string): (reply: unknown) => Row | undefined {
  return (reply) => {
    const found = name !== undefined && isValues(reply) && isValues(reply[name]) ? reply[name] : reply;
    return isValues(found) && typeof found["id"] === "number" ? (found as Row) : undefined;
  };
}
