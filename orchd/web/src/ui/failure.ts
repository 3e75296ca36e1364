/** Why something failed, in the language of the page, with the daemon's own words where they say more. */

import { DisconnectedError, type ErrorCode, FrameTooLongError, RequestError } from "@orchd/client";
import { defineTexts, formatDuration, formatMoment, formatNumber, language } from "$/text/language.svelte";
import { reasons } from "$/ui/reasons.svelte";

/** What the daemon says of a failure: in the frame that refuses a request, and with what it stores. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly reason?: string | null | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  /** By which the daemon's log knows the request. */
  readonly requestId?: string | undefined;
}

/** What the daemon said, where it was the daemon that refused something. */
export function toldBy(error: unknown): Told | undefined {
  return error instanceof RequestError ? error : undefined;
}

const texts = defineTexts(
  {
    disconnected: "The daemon can't be reached. It is tried again.",
    too_long: "This is more than the daemon takes at once.",
    minimum: (number: string) => `At least ${number}.`,
    maximum: (number: string) => `At most ${number}.`,
    minLength: (number: string) => `At least ${number} long.`,
    maxLength: (number: string) => `Too long: at most ${number}.`,
    circle: (steps: string) => `Steps would wait for each other in a circle: ${steps}.`,
    choice: (values: string) => `It can be: ${values}.`,
    password_short: (number: string) => `The password needs at least ${number} characters.`,
    quota: (when: string) => `Your quota is used up until ${when}.`,
    too_fast: (time: string) => `You have asked for too many answers within a minute. Try again in ${time}.`,
    wait: (time: string) => ` Try again in ${time}.`,
    plain: {
      invalid: "That can't be taken.",
      unknown_type: "The daemon doesn't offer that.",
      not_found: "It isn't there.",
      conflict: "That doesn't fit how things are by now.",
      busy: "There is too much to do just now.",
      rate_limited: "That was too often.",
      unauthorized: "Log in first.",
      forbidden: "You may not do that.",
      too_large: "That is too large.",
      cancelled: "It was cancelled.",
      timeout: "It took too long.",
      unavailable: "Something is away just now.",
      upstream_error: "The model server failed.",
      shutting_down: "The daemon is stopping and begins nothing new.",
      internal: "Something went wrong inside the daemon. Its log says what.",
    } satisfies Record<ErrorCode, string>,
    failed: "That failed.",
    not_asked: "Not asked yet.",
  },
  {
    disconnected: "O serviço não responde. Uma nova tentativa está em curso.",
    too_long: "É mais do que o serviço aceita de uma vez.",
    minimum: (number) => `No mínimo ${number}.`,
    maximum: (number) => `No máximo ${number}.`,
    minLength: (number) => `Curto demais: no mínimo ${number}.`,
    maxLength: (number) => `Longo demais: no máximo ${number}.`,
    circle: (steps) => `Os passos esperariam um pelo outro em círculo: ${steps}.`,
    choice: (values) => `Os valores possíveis são: ${values}.`,
    password_short: (number) => `A senha precisa ter pelo menos ${number} caracteres.`,
    quota: (when) => `Sua cota está esgotada até ${when}.`,
    too_fast: (time) => `Você pediu respostas demais em um minuto. Tente de novo em ${time}.`,
    wait: (time) => ` Tente de novo em ${time}.`,
    plain: {
      invalid: "Isso não pode ser aceito.",
      unknown_type: "O serviço não oferece isso.",
      not_found: "Não existe.",
      conflict: "Não combina com o estado atual.",
      busy: "Há trabalho demais no momento.",
      rate_limited: "Foram tentativas demais.",
      unauthorized: "Entre primeiro.",
      forbidden: "Você não tem permissão para isso.",
      too_large: "É grande demais.",
      cancelled: "Foi cancelado.",
      timeout: "Demorou demais.",
      unavailable: "Algo está fora do ar no momento.",
      upstream_error: "O servidor de modelos falhou.",
      shutting_down: "O serviço está sendo encerrado e não começa nada de novo.",
      internal: "Algo deu errado dentro do serviço. O registro dele diz o quê.",
    },
    failed: "Não deu certo.",
    not_asked: "Ainda não foi consultado.",
  },
);

/** Codes whose sentence says all: the daemon's words would add nothing, or only in English what one has asked for. */
const ENOUGH = new Set(["cancelled", "shutting_down", "internal"]);
const ENOUGH_ELSEWHERE = new Set(["not_found"]);
const BOUNDS = ["minimum", "maximum", "minLength", "maxLength"] as const;
/** The steps of a circle, or the values to choose from, that a sentence names. */
const NAMED = 10;

/** A failure in a sentence. */
export function failureText(error: unknown): string {
  const t = texts();
  if (error instanceof DisconnectedError) return t.disconnected;
  if (error instanceof FrameTooLongError) return t.too_long;
  if (error instanceof RequestError) return toldText(error);
  // What a script or a browser says of itself is nothing for people, but for whoever looks for its cause.
  // oxlint-disable-next-line no-console
  console.error(error);
  return t.failed;
}

/** The same for a failure as the daemon tells it, in a frame or with an answer or a task. */
export function toldText(told: Told): string {
  const t = texts();
  const exact = exactText(told);
  if (exact !== undefined) return exact;
  const plain = (t.plain as Readonly<Record<string, string>>)[told.code] ?? t.failed;
  if (ENOUGH.has(told.code)) return plain;
  if (language.current === "en") return withWords(plain, told.message);
  const known = reasons.textOf(told.reason);
  if (known === null) return plain;
  if (known === undefined) return ENOUGH_ELSEWHERE.has(told.code) ? plain : withWords(plain, told.message);
  return told.retryAfterMs === undefined ? known : known + t.wait(formatDuration(told.retryAfterMs));
}

/**
 * Why something can't be used: in English as the daemon says it, otherwise by what it tells programs, which is nothing
 * before it was first asked.
 */
export function whyText(words: string | null, told: Told | null | undefined): string {
  if (words === null) return "";
  if (language.current === "en") return words;
  return told ? toldText(told) : texts().not_asked;
}

/** What can be said by figures alone, in any language. */
function exactText({ reason, retryAfterMs, details = {} }: Told): string | undefined {
  const t = texts();
  if (reason === "password_short" && typeof details["minLength"] === "number")
    return t.password_short(formatNumber(details["minLength"], 0));
  for (const name of BOUNDS) {
    const bound = details[name];
    if (typeof bound === "number") return t[name](formatNumber(bound, 3));
  }
  const { steps, endsAt, period, allowed } = details;
  if (reason === "circle" && Array.isArray(steps))
    return t.circle(
      steps
        .slice(0, NAMED)
        .map((step) => formatNumber(Number(step)))
        .join(", "),
    );
  if (reason === "choice" && Array.isArray(allowed)) return t.choice(allowed.slice(0, NAMED).join(", "));
  if (reason !== "quota") return undefined;
  if (typeof endsAt === "string") return t.quota(formatMoment(endsAt));
  return period === "minute" && retryAfterMs !== undefined ? t.too_fast(formatDuration(retryAfterMs)) : undefined;
}

/** A sentence of ours, and what the daemon says in its own. */
function withWords(sentence: string, words: string): string {
  return words === "" ? sentence : `${sentence.slice(0, -1)}: ${words}`;
}

/** The member of a form that a failure is about: `title` for `$.data.title`; undefined where it is about none. */
export function failedField(error: unknown): string | undefined {
  if (!(error instanceof RequestError)) return undefined;
  return error.path?.replace(/^\$\.data\.?/, "") || undefined;
}
