import { expect, test } from "vitest";
import { expenseText } from "$/text/expenses";

test("money is said where there is some, each currency by itself", () => {
  expect(expenseText([{ costMicros: 12_300, currency: "EUR" }])).toBe("€0.0123");
  expect(
    expenseText([
      { costMicros: 1_200_000, currency: "EUR" },
      { costMicros: 2_000_000, currency: "USD" },
    ]),
  ).toBe("€1.20 + $2.00");
  expect(expenseText([{ costMicros: 0, currency: "EUR" }])).toBe("");
  expect(expenseText(undefined)).toBe("");
});
