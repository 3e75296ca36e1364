import { DisconnectedError, RequestError } from "@orchd/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { enter, hasProvider, loginRefusal, setupRefusal } from "$/door/entry";
import { language } from "$/text/language.svelte";

function answers(status: number, body: string): void {
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(body, { status }))),
  );
}

function refusal(code: string, details: object = {}): RequestError {
  return new RequestError({ code, message: "why", details });
}

describe("coming in", () => {
  beforeEach(() => language.choose("en"));

  it("tells who one is", async () => {
    answers(200, '{"user": "ana", "role": "admin"}');
    expect(await enter("/login", { name: "ana", password: "secret" })).toEqual({ user: "ana", role: "admin" });
    const [path, sent] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect([path, sent?.method, sent?.body]).toEqual(["/login", "POST", '{"name":"ana","password":"secret"}']);
  });

  it.each([
    [429, '{"error": {"code": "rate_limited", "message": "m", "details": {"retryAfterMs": 4000}}}', "rate_limited"],
    [502, "<html>a proxy's</html>", "other"],
    [500, "{}", "other"],
  ])("is refused with %d", async (status, body, code) => {
    answers(status, body);
    await expect(enter("/login", {})).rejects.toMatchObject({ code });
  });

  it("says when nobody answers", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.reject(new TypeError("network"))),
    );
    await expect(enter("/setup", {})).rejects.toThrow(DisconnectedError);
    expect(await hasProvider()).toBe(false);
  });

  it("asks whether there is a provider", async () => {
    answers(200, '{"provider": true}');
    expect(await hasProvider()).toBe(true);
  });
});

describe("a refusal", () => {
  beforeEach(() => language.choose("en"));

  it.each([
    [refusal("unauthorized"), "password", /name or the password/],
    [refusal("rate_limited", { retryAfterMs: 3987 }), "password", /in 4 sec\.$/],
    [refusal("forbidden"), undefined, /not encrypted/],
    [refusal("busy"), undefined, /Too many people/],
    [refusal("unavailable"), undefined, /database/],
    [refusal("internal"), undefined, /went wrong inside/],
    [new DisconnectedError("gone"), undefined, /does not answer/],
  ])("of a log-in, %o, stands beside %s", (error, field, text) => {
    expect(loginRefusal(error).field).toBe(field);
    expect(loginRefusal(error).text).toMatch(text);
  });

  it.each([
    [refusal("unauthorized"), undefined, /no longer valid/],
    [refusal("conflict"), undefined, /Log in instead/],
    [refusal("invalid", { field: "name" }), "name", /1 to 64/],
    [refusal("invalid", { field: "password" }), "password", /12 characters/],
    [refusal("rate_limited"), "password", /in 1/],
  ])("of the first user, %o, stands beside %s", (error, field, text) => {
    expect(setupRefusal(error).field).toBe(field);
    expect(setupRefusal(error).text).toMatch(text);
  });
});
