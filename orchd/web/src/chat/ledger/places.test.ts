import { beforeEach, describe, expect, it } from "vitest";
import { placesOf } from "$/chat/ledger/places";

describe("claims in an answer", () => {
  let root: HTMLElement;
  beforeEach(() => {
    root = document.createElement("div");
    root.innerHTML =
      "<p>A <strong>parrot</strong> is a bird 🦜. It talks.</p><button>Copy</button><ul><li>It talks.</li></ul><p>C'est <a href=x>vrai</a>.</p>";
  });

  const found = (claims: string[]): (string | undefined)[] => {
    const places = placesOf(
      root,
      claims.map((claim, index) => ({ claim, index })),
    );
    return claims.map((_, index) => places.get(index)?.toString());
  };

  it("are found through signs and elements", () => {
    expect(found(["A **parrot** is a bird 🦜.", "C'est [vrai](https://example.org/copy)."])).toEqual([
      "A parrot is a bird",
      "C'est vrai",
    ]);
  });

  it("of the same words are different places", () => {
    const places = placesOf(root, [
      { index: 0, claim: "It talks." },
      { index: 1, claim: "* It talks." },
    ]);
    expect(places.get(0)?.startContainer.parentElement?.tagName).toBe("P");
    expect(places.get(1)?.startContainer.parentElement?.tagName).toBe("LI");
  });

  it("are left out where they aren't shown", () => {
    expect(found(["Copy", "A fish swims.", "…"])).toEqual([undefined, undefined, undefined]);
  });
});
