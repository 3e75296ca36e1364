import { beforeEach, describe, expect, it } from "vitest";
import { language } from "$/text/language.svelte";
import { LostPartError, part } from "$/ui/parts";
import { Reasons } from "$/ui/reasons.svelte";

const TEXTS = { taken: "Já existe." };

describe("what reasons say in Portuguese", () => {
  beforeEach(() => language.choose("pt-BR"));

  it("comes with the first one that is asked for, once", async () => {
    let times = 0;
    const reasons = new Reasons(part(() => Promise.resolve((++times, TEXTS))));
    expect(reasons.textOf("taken")).toBeNull();
    expect(reasons.textOf("taken")).toBeNull();
    await reasons.prepare();
    expect([reasons.textOf("taken"), reasons.textOf("a later one"), reasons.textOf(undefined)]).toEqual([
      "Já existe.",
      undefined,
      undefined,
    ]);
    expect(times).toBe(1);
  });

  it("is not waited for where there is no reason, nor where it can't be had, and is had later", async () => {
    let away = true;
    const lost = (): Promise<typeof TEXTS> => Promise.reject(new LostPartError("gone"));
    const reasons = new Reasons(() => (away ? lost() : Promise.resolve(TEXTS)));
    expect(reasons.textOf(null)).toBeUndefined();
    await reasons.prepare();
    expect(reasons.textOf("taken")).toBeUndefined();
    away = false;
    await reasons.prepare();
    expect(reasons.textOf("taken")).toBe("Já existe.");
  });

  it("is not loaded where the page is in English", async () => {
    language.choose("en");
    const reasons = new Reasons(() => Promise.reject(new Error("asked for")));
    await reasons.prepare();
    language.choose("pt-BR");
    expect(reasons.textOf("taken")).toBeNull();
    await reasons.prepare();
  });
});
