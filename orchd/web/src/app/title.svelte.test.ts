import { flushSync } from "svelte";
import { expect, it } from "vitest";
import { pageTitle, titled } from "./title.svelte";

it("names what is open before the part of the page that it is in, and follows it", () => {
  let name = $state<string | undefined>("Notes");
  const ends = $effect.root(() => {
    titled(() => name, 2); // what is deeper is there first
    titled(() => "Prompts");
  });
  flushSync();
  expect(pageTitle.in("Workspace")).toBe("Notes – Prompts – Workspace – orchd");
  name = "Letters";
  flushSync();
  expect(pageTitle.in("Workspace")).toBe("Letters – Prompts – Workspace – orchd");
  name = undefined;
  flushSync();
  expect(pageTitle.in("Workspace")).toBe("Prompts – Workspace – orchd");
  ends();
  expect(pageTitle.in("Chat")).toBe("Chat – orchd");
});
