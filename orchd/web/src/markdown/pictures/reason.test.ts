import { RequestError } from "@orchd/client";
import { expect, it } from "vitest";
import { pictureFailure } from "$/markdown/pictures/reason";
import { language } from "$/text/language.svelte";

function refused(code: string, message: string, details: object): RequestError {
  return new RequestError({ code, message, retryable: false, details });
}

it("is said by its reason, without what its code says of model servers", () => {
  const slow = refused("timeout", "the host took too long", { reason: "picture_slow" });
  const later = refused("upstream_error", "the host is odd", { reason: "one of a later daemon" });
  expect(pictureFailure(slow)).toBe("The host took too long.");
  expect(pictureFailure(refused("internal", "no words", {}))).toMatch(/^Something went wrong inside the daemon/);
  language.choose("pt-BR");
  expect(pictureFailure(slow)).not.toContain("host took");
  expect(pictureFailure(slow)).not.toBe("");
  expect(pictureFailure(later)).toBe("The host is odd.");
  const often = refused("rate_limited", "too often", { reason: "too_fast", retryAfterMs: 12_000 });
  expect(pictureFailure(often)).toMatch(/12\ss\.$/u);
});
