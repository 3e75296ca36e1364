import { beforeEach, describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatShare, language } from "$/text/language.svelte";

const plain = (text: string): string => text.replace(/\s/g, " ");

describe("figures", () => {
  beforeEach(() => language.choose("en"));

  it.each([
    [0, "0 ms", "0 ms"],
    [949.6, "950 ms", "950 ms"],
    [4200, "4.2 sec", "4,2 s"],
    [9949, "9.9 sec", "9,9 s"],
    [9960, "10 sec", "10 s"],
    [59_400, "59 sec", "59 s"],
    [59_600, "1 min 0 sec", "1 min 0 s"],
    [119_900, "2 min 0 sec", "2 min 0 s"],
    [125_000, "2 min 5 sec", "2 min 5 s"],
    [3_599_900, "1 hr 0 min", "1 h 0 min"],
    [3_780_000, "1 hr 3 min", "1 h 3 min"],
  ])("say how long something takes: %s ms", (ms, english, portuguese) => {
    expect(plain(formatDuration(ms))).toBe(english);
    language.choose("pt-BR");
    expect(plain(formatDuration(ms))).toBe(portuguese);
  });

  it("have the signs of the language", () => {
    expect([formatShare(0.425), formatBytes(3_240_000)].map(plain)).toEqual(["43%", "3.2 MB"]);
    language.choose("pt-BR");
    expect([formatShare(0.425), formatBytes(3_240_000)].map(plain)).toEqual(["43%", "3,2 MB"]);
  });
});
