import { beforeEach, describe, expect, it } from "vitest";
import { AllowedHosts } from "$/markdown/pictures/hosts.svelte";

beforeEach(() => localStorage.clear());

function opened(userId = 1): AllowedHosts {
  const hosts = new AllowedHosts();
  hosts.open(userId);
  return hosts;
}

describe("allowed hosts", () => {
  it("are kept over a reload, once each, until they are taken back", () => {
    const hosts = opened();
    hosts.allow("a.example");
    hosts.allow("b.example");
    hosts.allow("a.example");
    expect(opened().all).toEqual(["b.example", "a.example"]);
    hosts.takeBack("b.example");
    expect([hosts.all, opened().all]).toEqual([["a.example"], ["a.example"]]);
    hosts.takeBack("a.example");
    expect(localStorage.length).toBe(0);
  });

  it("are one person's, and those of nobody become the first user's", () => {
    opened(0).allow("a.example");
    expect(opened(2).all).toEqual([]);
    const hosts = opened(0);
    hosts.give(1);
    expect([hosts.all, opened(1).all, opened(2).all]).toEqual([["a.example"], ["a.example"], []]);
  });

  it("are the same in all tabs", () => {
    const [one, other] = [opened(), opened()];
    one.allow("a.example");
    dispatchEvent(new StorageEvent("storage", { key: "orchd.pictures.1" }));
    expect(other.all).toEqual(["a.example"]);
  });

  it("allow nothing before it is known whose they are, nor by what makes no sense", () => {
    new AllowedHosts().allow("a.example");
    expect(localStorage.length).toBe(0);
    for (const text of ["{", "{}", "null", "[1, null]"]) {
      localStorage.setItem("orchd.pictures.1", text);
      expect(opened().all).toEqual([]);
    }
  });

  it("are bounded", () => {
    const hosts = opened();
    for (let number = 0; number < 250; number += 1) hosts.allow(`${number}.example`);
    expect([hosts.all.length, hosts.all.at(-1), hosts.all[0]]).toEqual([200, "249.example", "50.example"]);
  });
});
