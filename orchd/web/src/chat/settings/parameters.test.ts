import { describe, expect, it } from "vitest";
import { typedNumber } from "$/text/typed-number";
import { readParams, typedParams } from "./parameters";

describe("parameters", () => {
  it("come back as they were stored", () => {
    const params = { temperature: 0.7, topP: 1, maxTokens: 100, seed: -3, stop: ["\\n", "END "] };
    expect(readParams(typedParams(params))).toEqual({ params, wrong: [] });
    expect(typedParams({ stop: "one" }).stop).toBe("one");
    expect(readParams(typedParams(null))).toEqual({ params: null, wrong: [] });
  });

  it("may be written with a comma, and what is no number is named", () => {
    expect(typedNumber(" 0,7 ")).toBe(0.7);
    expect(typedNumber(".5")).toBe(0.5);
    for (const text of ["", "x", "1.2.3", "0x10", "1e3", "Infinity"]) expect(typedNumber(text)).toBeUndefined();
    const typed = { ...typedParams(null), topP: "much", seed: "1" };
    expect(readParams(typed)).toEqual({ params: { seed: 1 }, wrong: ["topP"] });
  });
});
