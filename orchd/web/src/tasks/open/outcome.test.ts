import { expect, it } from "vitest";
import { outcomeText } from "$/tasks/open/outcome";
import { texts } from "$/tasks/open-texts";

const done = { title: "Read", status: "completed" };
const lost = { title: "Write", status: "failed" };
const refused = { title: "Draw", status: "rejected" };
const left = { title: "Print", status: "cancelled" };

it.each([
  ["completed", [done], undefined],
  ["failed", [], "It could not be planned."],
  ["failed", [done, lost, refused], "2 of 3 steps did not succeed: “Write”, “Draw”."],
  ["failed", [done, left], "The results could not be joined."],
  ["failed", [left], "No step has a result."],
])("a task that is %s with %o says %s", (status, steps, said) => {
  expect(outcomeText({ status }, steps, texts())).toBe(said);
});
