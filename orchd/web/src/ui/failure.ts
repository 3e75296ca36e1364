/** Why something failed, in the language of the page, with the daemon's own words where they say more. */

import { DisconnectedError, FrameTooLongError, RequestError } from "@orchd/client";
import { defineTexts } from "$/text/language.svelte";

const texts = defineTexts(
  {
    disconnected: "The daemon can't be reached. It is tried again.",
    too_long: "This is more than the daemon takes at once.",
    invalid: (message: string) => `That can't be taken: ${message}`,
    not_found: (message: string) => `It isn't there: ${message}`,
    conflict: (message: string) => `That doesn't fit how things are by now: ${message}`,
    busy: (message: string) => `There is too much to do just now: ${message}`,
    rate_limited: (message: string) => `That was too often: ${message}`,
    unauthorized: (message: string) => `Log in first: ${message}`,
    forbidden: (message: string) => `You may not do that: ${message}`,
    too_large: (message: string) => `That is too large: ${message}`,
    cancelled: "It was cancelled.",
    timeout: (message: string) => `It took too long: ${message}`,
    unavailable: (message: string) => `Something is away just now: ${message}`,
    other: (message: string) => `That failed: ${message}`,
  },
  {
    disconnected: "O serviço não responde. Uma nova tentativa está em curso.",
    too_long: "É mais do que o serviço aceita de uma vez.",
    invalid: (message) => `Isso não pode ser aceito: ${message}`,
    not_found: (message) => `Não existe: ${message}`,
    conflict: (message) => `Não combina com o estado atual: ${message}`,
    busy: (message) => `Há trabalho demais no momento: ${message}`,
    rate_limited: (message) => `Foram tentativas demais: ${message}`,
    unauthorized: (message) => `Entre primeiro: ${message}`,
    forbidden: (message) => `Você não tem permissão para isso: ${message}`,
    too_large: (message) => `É grande demais: ${message}`,
    cancelled: "Foi cancelado.",
    timeout: (message) => `Demorou demais: ${message}`,
    unavailable: (message) => `Algo está fora do ar no momento: ${message}`,
    other: (message) => `Não deu certo: ${message}`,
  },
);

/** A failure in a sentence. */
export function failureText(error: unknown): string {
  const t = texts();
  if (error instanceof DisconnectedError) return t.disconnected;
  if (error instanceof FrameTooLongError) return t.too_long;
  if (error instanceof RequestError) return codeText(error.code, error.message);
  return t.other(error instanceof Error ? error.message : String(error));
}

/** The same for a code and a message, as answers and tasks keep them. */
export function codeText(code: string, message: string): string {
  const t = texts();
  const found = (t as Record<string, string | ((message: string) => string)>)[code] ?? t.other;
  return typeof found === "string" ? found : found(message);
}

/** The member of a form that a failure is about: `title` for `$.data.title`; undefined where it is about none. */
export function failedField(error: unknown): string | undefined {
  if (!(error instanceof RequestError)) return undefined;
  return error.path?.replace(/^\$\.data\.?/, "") || undefined;
}
