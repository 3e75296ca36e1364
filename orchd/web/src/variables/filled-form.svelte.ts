/** The places of a text while somebody fills them, and what is wrong with what stands in them. */

import { failedField, failureText } from "$/ui/failure";
import { readValues, typedDefaults, type Values, type Variable, type VariableProblem } from "$/variables/fill";
import { texts } from "$/variables/texts";

export class FilledForm {
  readonly variables: readonly Variable[];
  /** What stands in each, as text. */
  typed = $state<Record<string, string>>({});
  busy = $state(false);
  #problems = $state.raw<Readonly<Record<string, VariableProblem>>>({});
  #failure = $state.raw<unknown>();

  constructor(variables: readonly Variable[]) {
    this.variables = variables;
    this.typed = typedDefaults(variables);
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
      return true;
    } catch (error) {
      this.#failure = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  get #failedPlace(): string | undefined {
    return failedField(this.#failure)?.replace(/^values\.?/, "");
  }
}
