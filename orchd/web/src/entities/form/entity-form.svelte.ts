/** A row as somebody writes it: what was read, what they have changed, and why it could not be stored. */

import { type Client, RequestError } from "@orchd/client";
import { MEMBERS } from "virtual:members";
import { keepDraft, readDraft } from "$/entities/form/drafts";
import type { Kind } from "$/entities/kind";
import { isApart, storeBeside } from "$/entities/merging";
import type { Member } from "$/entities/shape";
import { initial, isValues, missing, normalized, type Row, same, type Values } from "$/entities/values";
import { failedField, failureText } from "$/ui/failure";

/** What fields are shown in: where their errors come from. */
export interface FieldHost {
  readonly family: string;
  readonly readonly: boolean;
  /** What is wrong with the member at a path, `steps[2].next`, or with what is in it where that has no field. */
  errorAt(path: string, whole?: boolean): string | undefined;
}

const NEVER_KEPT = ["secret", "password"];

export class EntityForm implements FieldHost {
  values = $state.raw<Values>({});
  /** What was read; undefined for a row that isn't stored yet. */
  base = $state.raw<Row>();
  /** The row as it is by now, where somebody else has changed it. */
  present = $state.raw<Row>();
  saving = $state(false);
  /** Whether the row is another one's, in a project that one may only look at. */
  onlyRead = $state(false);
  failure = $state.raw<unknown>();
  /** Whether what is shown was typed before a reload. */
  restored = $state(false);
  readonly kind: Kind;
  readonly #client: Client;
  /** Members that are said for somebody, the id of a parent for instance. */
  readonly #fixed: Values;
  readonly #required: () => string;
  #missing = $state.raw<readonly string[]>([]);
  #mayChange: boolean;

  constructor(
    client: Client,
    kind: Kind,
    options: { base?: Row | undefined; fixed?: Values; role: string; required: () => string },
  ) {
    this.#client = client;
    this.kind = kind;
    this.base = options.base;
    this.#fixed = options.fixed ?? {};
    this.#required = options.required;
    this.#mayChange =
      MEMBERS[kind.family].roles[options.base === undefined ? "create" : "update"]?.includes(options.role) ?? false;
    this.values = this.#read(options.base);
    const draft = readDraft(kind.family, options.base?.id);
    if (draft !== undefined && this.#mayChange) {
      this.values = { ...this.values, ...draft };
      this.restored = this.dirty;
    }
  }

  get family(): string {
    return this.kind.family;
  }

  get readonly(): boolean {
    return !this.#mayChange || this.onlyRead || (this.base !== undefined && this.kind.mayChange?.(this.base) === false);
  }

  /** What can be said, in the order in which it is asked. */
  get members(): readonly Member[] {
    const all = MEMBERS[this.kind.family][this.base === undefined ? "create" : "update"];
    const known = MEMBERS[this.kind.family].create;
    return this.kind.members.flatMap((name) => {
      const found = all.find((each) => each.name === name);
      const created = known.find((each) => each.name === name);
      if (found === undefined) return [];
      return [{ ...found, required: this.base === undefined ? found.required : (created?.required ?? false) }];
    });
  }

  /** What would be sent: all that is said of a new row, of another one what was changed. */
  get changes(): Values {
    const changed = this.members
      .map((each) => [each, normalized(this.values[each.name], each.shape)] as const)
      .filter(([{ name, shape, default: standard }, said]) => {
        const before = this.base === undefined ? normalized(standard, shape) : normalized(this.base[name], shape);
        return !same(said, before);
      })
      .map(([{ name }, said]) => [name, said] as const);
    return Object.fromEntries(changed);
  }

  get dirty(): boolean {
    return Object.keys(this.changes).length > 0;
  }

  set(name: string, value: unknown): void {
    this.values = { ...this.values, [name]: value };
    this.#missing = this.#missing.filter((path) => path !== name);
    this.#keep();
  }

  /** Store it; returns the row as it is then, undefined where it could not be. */
  async save(): Promise<Row | undefined> {
    this.#missing = missing(this.values, this.members);
    this.failure = undefined;
    if (this.#missing.length > 0 || this.saving) return undefined;
    this.saving = true;
    try {
      const row = await this.#store();
      if (row !== undefined) this.#take(row);
      return row;
    } catch (error) {
      this.failure = error;
      return undefined;
    } finally {
      this.saving = false;
    }
  }

  /** Follow a row that somebody else has changed: at once where nothing is lost by it. */
  follow(row: Row): void {
    if (this.base === undefined || row.version <= this.base.version || this.saving) return;
    if (this.dirty) this.#meet(row);
    else this.#take(row);
  }

  /** Give up what was typed for what is stored. */
  discard(): void {
    this.failure = undefined;
    this.#missing = [];
    if (this.present !== undefined) this.#take(this.present);
    else this.#take(this.base);
  }

  /** Go on with what was typed, on top of what is stored by now. */
  keepMine(): void {
    if (this.present === undefined) return;
    const mine = this.changes;
    this.base = this.present;
    this.present = undefined;
    this.values = { ...this.#read(this.base), ...mine };
    this.#keep();
  }

  errorAt(path: string, whole = false): string | undefined {
    if (this.#missing.includes(path)) return this.#required();
    const failed = failedField(this.failure);
    if (failed === undefined) return undefined;
    const fits = failed === path || (whole && (failed.startsWith(`${path}.`) || failed.startsWith(`${path}[`)));
    return fits ? failureText(this.failure) : undefined;
  }

  /** Why it could not be stored, where that is about no field that is shown. */
  get elsewhere(): unknown {
    const name = failedField(this.failure)?.split(/[.[]/)[0];
    return this.members.some((each) => each.name === name) ? undefined : this.failure;
  }

  /** Store it, beside whoever changes other fields; undefined where the same one was changed. */
  #store(): Promise<Row | undefined> {
    return storeBeside(
      () => this.#send(),
      (error) => {
        const present = error instanceof RequestError ? this.kind.rowOf(error.details["present"]) : undefined;
        return present && this.#meet(present);
      },
    );
  }

  /** Somebody has changed the row: go on from there, unless they changed what was changed here, too. */
  #meet(present: Row): boolean {
    const shapes = new Map(this.members.map(({ name, shape }) => [name, shape]));
    this.present = present;
    const apart = isApart(this.base ?? {}, present, this.changes, (name, value) => {
      const shape = shapes.get(name);
      return shape === undefined ? value : normalized(value, shape);
    });
    if (apart) this.keepMine();
    return apart;
  }

  async #send(): Promise<Row> {
    const { base, kind } = this;
    const sent =
      base === undefined
        ? await this.#client.request(`${kind.family}:create`, { ...this.#fixed, ...this.changes })
        : await this.#client.request(`${kind.family}:update`, {
            ...this.changes,
            [kind.idKey]: base.id,
            ...(kind.versioned ? { version: base.version } : {}),
          });
    const row = kind.rowOf(sent);
    if (row === undefined) throw new Error("the daemon told no row");
    return row;
  }

  #take(row: Row | undefined): void {
    keepDraft(this.kind.family, this.base?.id, undefined);
    this.base = row;
    this.present = undefined;
    this.restored = false;
    this.values = this.#read(row);
  }

  #read(row: Row | undefined): Values {
    const begun = initial(this.members);
    if (row === undefined) return begun;
    return Object.fromEntries(
      this.members.map(({ name, shape }) => [name, isValues(row[name]) ? normalized(row[name], shape) : row[name]]),
    );
  }

  #keep(): void {
    const kept = Object.entries(this.changes).filter(([name]) => !NEVER_KEPT.includes(name));
    keepDraft(this.kind.family, this.base?.id, kept.length === 0 ? undefined : Object.fromEntries(kept));
  }
}
