import { describe, expect, it } from "vitest";
import { fillText, readValues, typedDefaults, type Variable } from "./fill";

const variables: Variable[] = [
  { type: "text", name: "subject", required: true },
  { type: "number", name: "lines", default: 5 },
  { type: "boolean", name: "rhymes", default: null },
  { type: "select", name: "tone", options: ["dry", "warm"], default: "dry" },
];

describe("texts with places", () => {
  it("are filled as the daemon does it", () => {
    const values = { subject: "{{lines}} & $&", rhymes: false };
    expect(fillText("{{ subject }}, {{lines}}, {{rhymes}}, {{tone}}", variables, values)).toBe(
      "{{lines}} & $&, 5, false, dry",
    );
    expect(fillText("{{{{x}} {{{lines}}", variables, {})).toBe("{{x}} {5");
    expect(fillText("{{subject}}|", variables, {})).toBe("|");
  });

  it("take values by their kinds, and say what is missing", () => {
    expect(typedDefaults(variables)).toEqual({ subject: "", lines: "5", rhymes: "", tone: "dry" });
    expect(readValues(variables, { ...typedDefaults(variables), lines: "many" })).toEqual({
      values: { tone: "dry" },
      problems: { subject: "required", lines: "not_number" },
    });
    expect(readValues(variables, { subject: "a", lines: "0,5", rhymes: "true", tone: "" })).toEqual({
      values: { subject: "a", lines: 0.5, rhymes: true },
      problems: {},
    });
  });
});
