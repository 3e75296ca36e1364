import { beforeEach } from "vitest";
import { language } from "$/text/language.svelte";

// Tests of other languages share their window with those that come after them.
beforeEach(() => language.choose("en"));
