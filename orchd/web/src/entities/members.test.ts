import { describe, expect, it } from "vitest";
import { MEMBERS } from "virtual:members";
import { FAMILIES } from "$/entities/shape";

function member(family: keyof typeof MEMBERS, name: string) {
  return MEMBERS[family].create.find((each) => each.name === name);
}

describe("the table of members", () => {
  it("has requests of every kind", () => {
    for (const family of FAMILIES) expect(MEMBERS[family].list.length, family).toBeGreaterThan(0);
  });

  it("tells what must be said, and what bounds it", () => {
    expect(member("assistant", "name")).toEqual({
      name: "name",
      required: true,
      shape: { kind: "text", min: 1, max: 200 },
    });
    expect(member("instruction", "priority")).toMatchObject({
      required: false,
      default: 50,
      shape: { kind: "number", whole: true, min: 0, max: 100 },
    });
    expect(member("assistant", "active")).toMatchObject({ default: true, shape: { kind: "truth" } });
  });

  it("goes down into lists, objects and their variants", () => {
    const steps = member("workflow", "steps")?.shape;
    expect(steps?.kind).toBe("list");
    const of = steps?.kind === "list" ? steps.of : undefined;
    const types = of?.kind === "variants" ? of.variants.map(({ type }) => type) : [];
    expect(types).toContain("loop");
    expect(types).toContain("approval");
    expect(member("template", "params")?.shape.kind).toBe("object");
    expect(member("account", "creditLimit")?.shape).toMatchObject({ unit: "millionths of the currency" });
    expect(member("provider", "aliases")?.shape).toMatchObject({ kind: "map", of: { kind: "text" } });
  });

  it("knows who may", () => {
    expect(MEMBERS.provider.roles["create"]).toEqual(["admin"]);
    expect(MEMBERS.assistant.roles["create"]).toEqual(["member", "admin"]);
    expect(MEMBERS.assistant.roles["list"]).toContain("viewer");
  });
});
