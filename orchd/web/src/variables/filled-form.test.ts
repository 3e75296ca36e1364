import { RequestError } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { language } from "$/text/language.svelte";
import type { Values, Variable } from "$/variables/fill";
import { FilledForm } from "$/variables/filled-form.svelte";

const VARIABLES: Variable[] = [
  { type: "text", name: "subject", required: true },
  { type: "number", name: "lines", default: 5 },
];

describe("a form of places", () => {
  beforeEach(() => language.choose("en"));

  it("asks for what is missing, and sends what was typed", async () => {
    const form = new FilledForm(VARIABLES);
    const work = vi.fn<(values: Values) => Promise<void>>(() => Promise.resolve());
    form.typed["lines"] = "many";
    expect(await form.submit(work)).toBe(false);
    expect([form.errorAt("subject"), form.errorAt("lines")]).toEqual([
      "This has to be filled in.",
      "This isn't a number.",
    ]);
    form.typed = { subject: "green", lines: "" };
    expect(await form.submit(work)).toBe(true);
    expect(work.mock.calls).toEqual([[{ subject: "green" }]]);
    expect(form.errorAt("subject")).toBeUndefined();
  });

  it("has what the daemon says beside its place, and anything else once", async () => {
    const form = new FilledForm(VARIABLES);
    form.typed["subject"] = "green";
    const refuse = (path: string) => () =>
      Promise.reject(new RequestError({ code: "invalid", message: "too long", details: { path } }));
    await form.submit(refuse("$.data.values.subject"));
    expect(form.errorAt("subject")).toContain("too long");
    expect(form.failure).toBeUndefined();
    await form.submit(refuse("$.data.model"));
    expect(form.errorAt("subject")).toBeUndefined();
    expect(form.failure).toBeInstanceOf(RequestError);
  });
});
