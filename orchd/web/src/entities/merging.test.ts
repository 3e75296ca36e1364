import { describe, expect, it } from "vitest";
import { isApart, storeBeside } from "$/entities/merging";

const BASE = { name: "a", tags: ["x"], note: null };

describe("what others have changed", () => {
  it("lies apart where it is other fields", () => {
    const changes = { name: "mine" };
    expect(isApart(BASE, { ...BASE, tags: [] }, changes)).toBe(true);
    expect(isApart(BASE, { ...BASE, tags: ["x"], name: "a" }, changes)).toBe(true);
    expect(isApart(BASE, { ...BASE, name: "theirs" }, changes)).toBe(false);
    expect(isApart({}, {}, changes)).toBe(true);
  });

  it("is compared by what counts of a value", () => {
    const plain = (_name: string, value: unknown): unknown => value ?? "";
    expect(isApart(BASE, { ...BASE, note: "" }, { note: "mine" }, plain)).toBe(true);
    expect(isApart(BASE, { ...BASE, note: "" }, { note: "mine" })).toBe(false);
  });
});

describe("what is stored beside others", () => {
  async function store(...outcomes: (string | Error)[]): Promise<[unknown, number]> {
    let sent = 0;
    const stored = storeBeside(
      () => {
        const outcome = outcomes[sent++] ?? new Error("conflict");
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
      (error) => (error instanceof Error && error.message === "away" ? undefined : String(error) !== "Error: same"),
    ).catch((error: unknown) => error);
    return [await stored, sent];
  }

  it("is sent again where it lies apart, and not for ever", async () => {
    expect(await store("done")).toEqual(["done", 1]);
    expect(await store(new Error("conflict"), new Error("conflict"), "done")).toEqual(["done", 3]);
    expect(await store()).toEqual([new Error("conflict"), 5]);
  });

  it("is left to whoever decides where it doesn't, and to nobody where something else failed", async () => {
    expect(await store(new Error("same"), "done")).toEqual([undefined, 1]);
    expect(await store(new Error("away"), "done")).toEqual([new Error("away"), 1]);
  });
});
