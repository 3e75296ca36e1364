import { expect, it } from "vitest";
import { bestPlace, findWords } from "$/chat/reading/found-words";

function root(html: string): HTMLElement {
  const made = document.createElement("div");
  made.innerHTML = html;
  return made;
}

it("finds whole words, whatever their case, and parts of words only where there is no whole one", () => {
  const text = root("<p>Tall <b>towers</b> and a TALL tower.</p><p>Waterfall tall</p>");
  const found = (...words: string[]): string[] => findWords(text, words).map(String);
  expect(found("tall", "tower")).toEqual(["Tall", "TALL", "tower", "tall"]);
  expect(found("owers")).toEqual(["owers"]);
  expect(found("absent", "")).toEqual([]);
});

it("shows the first place where the words stand together", () => {
  const text = root("<p>tall</p>".repeat(20) + "<p>a tall <i>tower</i></p><p>tower</p>");
  const ranges = findWords(text, ["tall", "tower"]);
  expect(bestPlace(ranges)?.startContainer).toBe(ranges[20]?.startContainer);
  expect(bestPlace([])).toBeUndefined();
});
