import { describe, expect, it } from "vitest";
import { MEMBERS } from "virtual:members";
import { addressWith, openIn } from "$/entities/address";
import { compareBy } from "$/entities/list/entity-list.svelte";
import { missing, normalized, same } from "$/entities/values";

function shapeOf(family: "workflow" | "template" | "assistant", name: string) {
  const found = MEMBERS[family].create.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found.shape;
}

describe("values of forms", () => {
  it("are sent without what nobody has said, down to the last step", () => {
    const step = { type: "task", id: "a", title: "Do it", description: "", next: "", unknown: 1 };
    expect(normalized([step], shapeOf("workflow", "steps"))).toEqual([
      { type: "task", id: "a", name: "", title: "Do it", description: "" },
    ]);
    expect(normalized({ temperature: NaN, seed: 7 }, shapeOf("template", "params"))).toMatchObject({ seed: 7 });
    expect(normalized("", shapeOf("assistant", "model"))).toBeNull();
  });

  it("say where something is missing", () => {
    const steps = [
      { type: "task", id: "a", title: "Do it" },
      { type: "task", id: "b" },
    ];
    expect(missing({ name: "", steps }, MEMBERS.workflow.create)).toEqual(["name", "steps[1].title"]);
    expect(missing({ name: "x", steps: [] }, MEMBERS.workflow.create)).toEqual(["steps"]);
  });

  it("are the same in any order of members, not of a list", () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});

describe("lists", () => {
  it("are ordered by numbers as numbers, and by words without regard to case", () => {
    const rows = [
      { id: 1, version: 1, name: "beta", priority: 10 },
      { id: 2, version: 1, name: "Alpha", priority: 9 },
    ] as const;
    expect([...rows].sort((a, b) => compareBy(a, b, "name")).map(({ id }) => id)).toEqual([2, 1]);
    expect([...rows].sort((a, b) => compareBy(a, b, "priority")).map(({ id }) => id)).toEqual([2, 1]);
  });

  it("have an address that says what is open", () => {
    const query = new URLSearchParams("order=name&id=7");
    expect(openIn(query)).toBe(7);
    expect(openIn(new URLSearchParams("id=new"))).toBe("new");
    expect(openIn(new URLSearchParams("id=7x"))).toBeUndefined();
    expect(addressWith("/workspace/prompts", query, { id: undefined })).toBe("/workspace/prompts?order=name");
  });
});
