import { beforeAll, beforeEach } from "vitest";
import { language } from "$/text/language.svelte";
import { reasons } from "$/ui/reasons.svelte";

// What comes on demand in a page is there.
beforeAll(async () => {
  language.choose("pt-BR");
  await reasons.prepare();
});

// Tests of other languages share their window with those that come after them.
beforeEach(() => language.choose("en"));
