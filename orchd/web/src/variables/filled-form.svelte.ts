/** The places of a text while somebody fills them, and what is wrong with what stands in them. */

import { drafts } from "$/drafts/store.svelte";
import { failedField, failureText } from "$/ui/failure";
import { readValues, typedDefaults, type Values, type Variable, type VariableProblem } from "$/variables/fill";
import { texts } from "$/variables/texts";

export class FilledForm {
  readonly variables: readonly Variable[];
  /** What stands in each, as text. */
  typed = $state<Record<string, string>>({});
  busy = $state(false);
  readonly #place: string | undefined;
  #problems = $state.raw<Readonly<Record<string, VariableProblem>>>({});
  #failure = $state.raw<unknown>();

  /** `of` names the text, for what is typed to be there when it is filled in the next time; undefined: it isn't kept. */
  constructor(variables: readonly Variable[], of?: string) {
    this.variables = variables;
    this.#place = of === undefined ? undefined : `form.filled.${of}`;
    this.typed = { ...typedDefaults(variables), ...this.#kept() };
  }

  /** Keep what was typed. */
  keep(): void {
    if (this.#place === undefined) return;
    const begun = typedDefaults(this.variables);
    const typed = Object.entries(this.typed).filter(([name, text]) => text !== begun[name]);
    if (typed.length > 0) drafts.keep(this.#place, Object.fromEntries(typed));
    else if (drafts.read(this.#place) !== undefined) drafts.keep(this.#place, undefined);
  }

  /** What is wrong besides what stands in a place. */
  get failure(): unknown {
    const field = this.#failedPlace;
    return this.variables.some(({ name }) => name === field) ? undefined : this.#failure;
  }

  errorAt(name: string): string | undefined {
    const t = texts();
    const problem = this.#problems[name];
    if (problem !== undefined) return problem === "required" ? t.required : t.not_number;
    return this.#failedPlace === name ? failureText(this.#failure) : undefined;
  }

  /** Do something with what was typed, unless a place is filled wrongly; returns whether it went well. */
  async submit(work: (values: Values) => Promise<void>): Promise<boolean> {
    const { values, problems } = readValues(this.variables, this.typed);
    this.#problems = problems;
    this.#failure = undefined;
    if (Object.keys(problems).length > 0) return false;
    this.busy = true;
    try {
      await work(values);
      if (this.#place !== undefined) drafts.keep(this.#place, undefined);
      return true;
    } catch (error) {
      this.#failure = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  #kept(): Record<string, string> {
    const kept: unknown = this.#place === undefined ? undefined : drafts.read(this.#place);
    const known = new Set(this.variables.map(({ name }) => name));
    return Object.fromEntries(
      Object.entries(kept ?? {}).filter(([name, text]) => known.has(name) && typeof text === "string"),
    );
  }

  get #failedPlace(): string | undefined {
    return failedField(this.#failure)?.replace(/^values\.?/, "");
  }
}
