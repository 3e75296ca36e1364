import { expect, it } from "vitest";
import { fetchPartsAfter, LostPartError, part } from "$/ui/parts";

it("loads a part once", async () => {
  let times = 0;
  const load = part(() => Promise.resolve(++times));
  expect([await load(), await load(), times]).toEqual([1, 1, 1]);
});

it("fetches nothing before it may, and tries again what is lost", async () => {
  let goOn = (): void => undefined;
  fetchPartsAfter(() => new Promise((done) => (goOn = done)));
  let times = 0;
  const load = part(() => (++times === 1 ? Promise.reject(new Error("gone")) : Promise.resolve("there")));
  const [first, beside] = [load(), load()];
  await Promise.resolve();
  expect(times).toBe(0);
  goOn();
  await expect(first).rejects.toThrow(LostPartError);
  await expect(beside).rejects.toThrow(LostPartError);
  const second = load();
  goOn();
  expect(await second).toBe("there");
  fetchPartsAfter(() => Promise.resolve());
});

const SOURCES = import.meta.glob<string>(
  ["/src/**/*.svelte", "/src/**/*.ts", "!/src/**/*.test.ts", "!/src/**/*.d.ts"],
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

it("is how all of them are loaded but the page itself", () => {
  const bare = Object.entries(SOURCES).filter(([, source]) =>
    source.replaceAll(/part\(\s*(?:async )?\(\) => \(?(?:\w+ = \()?(?:await )?import\("/g, "").match(/\bimport\("/),
  );
  expect(bare.map(([path]) => path)).toEqual(["/src/door/main.ts"]);
});
