/** Texts with places, `{{name}}`, that are filled before they are asked; as the daemon fills templates. */

import type { BooleanVariable, NumberVariable, SelectVariable, TextVariable } from "@orchd/client";
import { typedNumber } from "$/text/typed-number";

export type Variable = TextVariable | NumberVariable | BooleanVariable | SelectVariable;
export type Values = Record<string, string | number | boolean>;
export type VariableProblem = "required" | "not_number";

/** Put values in their places, as they are; a variable without one has its default, or nothing. */
export function fillText(text: string, variables: readonly Variable[], values: Values): string {
  const defaults = new Map(variables.map(({ name, default: value }) => [name, value]));
  return text.replace(/\{\{\{\{|\{\{\s*([A-Za-z_]\w*)\s*\}\}/g, (_place, name: string | undefined) =>
    name === undefined ? "{{" : String(values[name] ?? defaults.get(name) ?? ""),
  );
}

/** What was typed for variables, by their kinds; `problems` says of which something is wrong. */
export function readValues(
  variables: readonly Variable[],
  typed: Readonly<Record<string, string>>,
): { values: Values; problems: Record<string, VariableProblem> } {
  const values: Values = {};
  const problems: Record<string, VariableProblem> = {};
  for (const variable of variables) {
    const { name } = variable;
    const text = typed[name] ?? "";
    if (text === "") {
      if (variable.required && (variable.default ?? null) === null) problems[name] = "required";
    } else if (variable.type === "number") {
      const value = typedNumber(text);
      if (value === undefined) problems[name] = "not_number";
      else values[name] = value;
    } else {
      values[name] = variable.type === "boolean" ? text === "true" : text;
    }
  }
  return { values, problems };
}

/** What stands in a form before anything is typed. */
export function typedDefaults(variables: readonly Variable[]): Record<string, string> {
  return Object.fromEntries(variables.map(({ name, default: value }) => [name, String(value ?? "")]));
}
