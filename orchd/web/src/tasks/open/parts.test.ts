import type { SubtaskItem } from "@orchd/client";
import { expect, test } from "vitest";
import { linkParts, partsOf } from "$/tasks/open/parts";

const STEPS = [
  { id: 7, title: "Books" },
  { id: 9, title: "Plates" },
  { id: 8, title: "Nobody's" },
] as SubtaskItem[];
const LINKS = [
  { mark: "[part:1]", subtaskId: 7 },
  { mark: "[part:2]", subtaskId: 9 },
];
const PARTS = partsOf(LINKS, STEPS);

test("the parts are the steps that the text has marks for, by their places", () => {
  expect(PARTS).toEqual([
    { id: 7, number: 1, title: "Books" },
    { id: 9, number: 2, title: "Plates" },
  ]);
});

test("each mark becomes a link, wherever it stands", () => {
  const text = "Books first [part:1], then plates [part:2][part:1].";
  expect(linkParts(text, LINKS, PARTS, "http://here/tasks/3")).toBe(
    "Books first [\\[1\\]](http://here/tasks/3#step-7), then plates " +
      "[\\[2\\]](http://here/tasks/3#step-9)[\\[1\\]](http://here/tasks/3#step-7).",
  );
});

test("in a block of code it stays what it is", () => {
  const text = "```\n[part:1]\n~~~\n[part:1]\n```\n[part:2]";
  expect(linkParts(text, LINKS, PARTS, "x")).toBe("```\n[part:1]\n~~~\n[part:1]\n```\n[\\[2\\]](x#step-9)");
});

test("a mark of a step that is gone stays as it was written", () => {
  expect(linkParts("[part:3]", [...LINKS, { mark: "[part:3]", subtaskId: 44 }], PARTS, "x")).toBe("[part:3]");
});
