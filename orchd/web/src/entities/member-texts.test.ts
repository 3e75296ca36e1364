import { describe, expect, it } from "vitest";
import { MEMBERS } from "virtual:members";
import type { Kind } from "$/entities/kind";
import { choices, labels, OWN_NAMES } from "$/entities/member-texts";
import type { Member, Shape } from "$/entities/shape";
import { USER } from "$/settings/admin/user-kind";
import { KINDS, SOURCE } from "$/workspace/kinds";

const ALL: readonly Kind[] = [...KINDS, SOURCE, USER];

function below(shape: Shape): readonly Member[] {
  switch (shape.kind) {
    case "object":
      return shape.members;
    case "list":
      return below(shape.of);
    case "variants":
      return shape.variants.flatMap(({ type, members }) =>
        members.map((each) => (`${type}:${each.name}` in labels() ? { ...each, name: `${type}:${each.name}` } : each)),
      );
    default:
      return [];
  }
}

function everything(members: readonly Member[]): readonly Member[] {
  return members.flatMap((each) => [each, ...everything(below(each.shape))]);
}

function words(shape: Shape): readonly string[] {
  if (shape.kind === "choice") return shape.options;
  if (shape.kind === "list") return words(shape.of);
  return shape.kind === "variants" ? shape.variants.map(({ type }) => type) : [];
}

describe("what members are called", () => {
  it("is known of all that forms and lists show, and of nothing else", () => {
    const used = new Set<string>();
    for (const kind of ALL) {
      const shown = everything(
        [...MEMBERS[kind.family].create, ...MEMBERS[kind.family].update].filter(({ name }) =>
          kind.members.includes(name),
        ),
      );
      const names = [...shown.map(({ name }) => name), ...kind.columns.map(({ member }) => member), ...kind.filters];
      for (const name of names) {
        const key = `${kind.family}:${name}` in labels() ? `${kind.family}:${name}` : name;
        expect(labels(), `${kind.family}:${name}`).toHaveProperty([key]);
        used.add(key);
      }
    }
    expect(Object.keys(labels()).filter((key) => !used.has(key))).toEqual([]);
  });

  it("is known of all values that are words", () => {
    for (const { family } of ALL) {
      for (const { shape } of everything([...MEMBERS[family].create, ...MEMBERS[family].update]))
        for (const word of words(shape)) expect({ ...choices(), ...OWN_NAMES }, word).toHaveProperty([word]);
    }
  });

  it("each member of a form is in the schema", () => {
    for (const kind of ALL) {
      const known = [...MEMBERS[kind.family].create, ...MEMBERS[kind.family].update].map(({ name }) => name);
      for (const name of kind.members) expect(known, `${kind.family}:${name}`).toContain(name);
    }
  });
});
