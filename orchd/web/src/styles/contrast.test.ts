import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// Vitest gives no text for styles.
const css = readFileSync("src/styles/tokens.css", "utf8");

type Colours = Readonly<Record<string, string>>;

function theme(name: string): Colours {
  const block = new RegExp(`\\[data-theme="${name}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, key, value]) => [key, value]));
}

/** The relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["back", "surface", "sunken", "hover"];
const CODE = ["keyword", "string", "number", "comment", "title", "type"];
const TEXT: readonly (readonly [string, string])[] = [
  ...GROUNDS.flatMap((ground) => [["ink", ground] as const, ["ink-dim", ground] as const]),
  ...["back", "surface", "sunken"].map((ground) => ["accent", ground] as const),
  ...["good", "warn", "bad"].flatMap((kind) => [[kind, `${kind}-soft`] as const, [kind, "surface"] as const]),
  ...CODE.map((kind) => [`code-${kind}`, "sunken"] as const),
  ["ink", "accent-soft"],
  ["on-accent", "accent"],
];

describe.each(["light", "dark"])("the %s theme", (name) => {
  const colours = theme(name);

  it.each(TEXT)("%s can be read on %s", (ink, ground) => {
    expect(contrast(colours[ink] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GROUNDS.slice(0, 3))("the edge of a control is seen on %s", (ground) => {
    expect(contrast(colours["edge-control"] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(3);
  });
});
