import { expect, it } from "vitest";
import { actionText, deedText } from "$/settings/own/deed";
import { texts } from "$/settings/own/deed-texts";
import { language } from "$/text/language.svelte";

const ROW = { targetKind: "team", targetId: "3", targetName: "Family", outcome: "done" };

it.each([
  [{ ...ROW, action: "login", targetKind: "user" }, "logged in", "entrou"],
  [{ ...ROW, action: "team:create" }, "made: team Family", "criou: equipe Family"],
  [{ ...ROW, action: "team:member:add" }, "added a member: team Family", "incluiu um membro: equipe Family"],
  [
    { ...ROW, action: "task:run", targetKind: "", targetId: "", targetName: null, outcome: "refused" },
    "task:run (refused)",
    "task:run (recusado)",
  ],
  [
    { ...ROW, action: "later:deed", targetKind: "a_thing", targetName: null },
    "later:deed: a thing 3",
    "later:deed: a thing 3",
  ],
])("%o", (row, english, portuguese) => {
  expect(deedText(row, texts())).toBe(english);
  language.choose("pt-BR");
  expect(deedText(row, texts())).toBe(portuguese);
});

it("has words for the verb of an action, and none for one of a later daemon", () => {
  language.choose("en");
  expect(
    ["api-token:create", "login", "team:member:add", "later:deed", "a:constructor"].map((action) =>
      actionText(action, texts()),
    ),
  ).toEqual(["made", "logged in", "added a member", undefined, undefined]);
});
