import { RequestError } from "@orchd/client";
import { beforeEach, describe, expect, it } from "vitest";
import { language } from "$/text/language.svelte";
import { failureText, toldText, whyText } from "$/ui/failure";

const SCHEMA = JSON.parse(
  Object.values(
    import.meta.glob<string>("/.client/.schema", { eager: true, query: "?raw", import: "default" }),
  )[0] as string,
) as { readonly $defs: Readonly<Record<string, { readonly enum: readonly string[] }>> };
const CODES = SCHEMA.$defs["ErrorCode"]?.enum ?? [];
const REASONS = SCHEMA.$defs["ErrorReason"]?.enum ?? [];
const WORDS = "there is a word";

function refused(code: string, details: object): RequestError {
  return new RequestError({ code, message: WORDS, retryable: false, details });
}

it("says why a server is away as the daemon does, but in the language of the page", () => {
  const told = { code: "unavailable", message: WORDS, reason: "connect" };
  expect(whyText(WORDS, told)).toBe(WORDS);
  language.choose("pt-BR");
  expect(whyText(WORDS, told)).toBe("Ninguém responde no endereço do servidor de modelos.");
  expect(whyText("not probed yet", null)).toBe("Ainda não foi consultado.");
  expect(whyText(null, null)).toBe("");
  language.choose("en");
});

describe("a failure", () => {
  beforeEach(() => language.choose("pt-BR"));

  it.each(CODES)("has a sentence for the code %s in both languages", (code) => {
    const portuguese = toldText({ code, message: "" });
    language.choose("en");
    const english = toldText({ code, message: "" });
    const unknown = toldText({ code: "a code of a later daemon", message: "" });
    expect(english).not.toBe(portuguese);
    expect(english).not.toBe(unknown);
  });

  it("says each reason in Portuguese, and none as another one", () => {
    const said = REASONS.map((reason) => toldText({ code: "conflict", message: WORDS, reason }));
    expect(said.filter((text) => text.includes(WORDS))).toEqual([]);
    expect(new Set(said).size).toBe(REASONS.length);
  });

  it("has the daemon's own words in English, and where nothing else is known", () => {
    expect(toldText({ code: "conflict", message: WORDS, reason: "a later one" })).toBe(
      `Não combina com o estado atual: ${WORDS}`,
    );
    expect(toldText({ code: "not_found", message: WORDS })).toBe("Não existe.");
    language.choose("en");
    expect(toldText({ code: "not_found", message: WORDS })).toBe(`It isn't there: ${WORDS}`);
    expect(failureText(refused("conflict", { reason: "taken" }))).toBe(
      `That doesn't fit how things are by now: ${WORDS}`,
    );
  });

  it("says figures in the language of the page", () => {
    expect(failureText(refused("invalid", { path: "$.data.limit", maximum: 1000 }))).toBe("No máximo 1.000.");
    expect(failureText(refused("invalid", { path: "$.data.name", maxLength: 200 }))).toBe(
      "Longo demais: no máximo 200.",
    );
    expect(failureText(refused("invalid", { reason: "password_short", minLength: 12 }))).toBe(
      "A senha precisa ter pelo menos 12 caracteres.",
    );
    expect(failureText(refused("invalid", { reason: "choice", allowed: ["green", "red"] }))).toBe(
      "Os valores possíveis são: green, red.",
    );
    expect(failureText(refused("conflict", { reason: "circle", steps: [1, 3] }))).toBe(
      "Os passos esperariam um pelo outro em círculo: 1, 3.",
    );
    const endsAt = new Date(2030, 0, 2, 3, 4).toISOString();
    expect(failureText(refused("rate_limited", { reason: "quota", period: "day", endsAt }))).toBe(
      "Sua cota está esgotada até 2 de jan. de 2030, 03:04.",
    );
    expect(failureText(refused("rate_limited", { reason: "quota", period: "minute", retryAfterMs: 12_000 }))).toMatch(
      /^Você pediu respostas demais em um minuto\. Tente de novo em 12\ss\.$/u,
    );
    expect(failureText(refused("unavailable", { reason: "cooling", retryAfterMs: 30_000 }))).toMatch(
      /descanso por um tempo\. Tente de novo em 30\ss\.$/u,
    );
  });
});
