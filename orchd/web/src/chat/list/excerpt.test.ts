import { expect, it } from "vitest";
import { excerptParts, fromFirstPlace } from "./excerpt";

const shown = (text: string, ...places: [number, number][]): string =>
  excerptParts(
    text,
    places.map(([start, end]) => ({ start, end })),
  )
    .map((part) => (part.found ? `<${part.text}>` : part.text))
    .join("");

it("marks places by code points", () => {
  expect(shown("a 👍 tall tower", [4, 8])).toBe("a 👍 <tall> tower");
  expect(shown("abc")).toBe("abc");
  expect(shown("abc", [0, 3])).toBe("<abc>");
});

it("bears places that overlap, stand in another order, or lie beyond the text", () => {
  expect(shown("abcdef", [3, 5], [0, 2], [1, 4])).toBe("<ab><cd><e>f");
  expect(shown("abc", [2, 9], [7, 8])).toBe("ab<c>");
});

it("begins a little before what was found", () => {
  const text = "dolor lorem ipsum dolor so it is a monad";
  expect(fromFirstPlace(text, [{ start: 35, end: 40 }])).toBe("…dolor so it is a monad");
  expect(fromFirstPlace(`${"🙂".repeat(60)}monad`, [{ start: 60, end: 65 }])).toBe(`…${"🙂".repeat(12)}monad`);
  const joined = "\u{1f469}\u{1f3fd}\u200d\u{1f680}\ufe0f";
  expect(fromFirstPlace(`${joined.repeat(12)}monad`, [{ start: 60, end: 65 }])).toBe(`…${joined.repeat(3)}monad`);
  expect(fromFirstPlace("a monad", [{ start: 2, end: 7 }])).toBe("a monad");
  expect(fromFirstPlace(text, [])).toBe(text);
});
