import { expect, it } from "vitest";
import { plannedTitles } from "./planned";

it("tells the titles of the steps as they come, and no JSON", () => {
  const text =
    '```json\\n{"subtasks": [{"title": "Read the \\\\"sources\\\\"", "needs": []}, {"title" : "Wri'.replaceAll(
      "\\\\",
      "\\",
    );
  expect(plannedTitles(text)).toEqual(['Read the "sources"']);
  expect(plannedTitles(`${text}te"}`)).toEqual(['Read the "sources"', "Write"]);
  expect(plannedTitles('{"title": "a\\x", "title": " "}')).toEqual([]);
  expect(plannedTitles("")).toEqual([]);
});
