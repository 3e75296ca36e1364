/** The language of the page, its texts, and how it writes numbers and times. */

export const LANGUAGES = ["en", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "orchd.language";

/** The language that a browser wants most among ours; any Portuguese is taken for Brazil's. */
function wantedLanguage(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const family = each.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((language) => language.toLowerCase().split("-")[0] === family);
    if (found !== undefined) return found;
  }
  return LANGUAGES[0];
}

class LanguageChoice {
  /** What somebody has chosen; undefined: what the browser wants. */
  chosen = $state<Language | undefined>(stored());

  constructor() {
    // Another tab has chosen.
    addEventListener("storage", ({ key }) => {
      if (key === KEY || key === null) this.chosen = stored();
    });
  }

  get current(): Language {
    return this.chosen ?? wantedLanguage(navigator.languages);
  }

  /** How numbers and dates are written: as the browser's own country does it, where it speaks the same language. */
  get locale(): string {
    const family = this.current.split("-")[0];
    return navigator.languages.find((each) => each.split("-")[0] === family) ?? this.current;
  }

  choose(language: Language | undefined): void {
    this.chosen = language;
    if (language === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, language);
  }
}

function stored(): Language | undefined {
  return LANGUAGES.find((language) => language === localStorage.getItem(KEY));
}

export const language = new LanguageChoice();

/** A text, or how one is made of what stands in it. */
type Text = string | ((...parts: never[]) => string);
type Texts = { readonly [name: string]: Text | Texts };
/** The same texts in another language. */
type Translation<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...parts: infer P) => string
      ? (...parts: P) => string
      : Translation<T[K]>;
};

/**
 * The texts of a part of the page, in both languages; call what it returns for those of the present one.
 *
 * Whatever lacks a translation, or has one of nothing, is an error of types.
 */
export function defineTexts<const T extends Texts>(
  english: T,
  portuguese: Translation<NoInfer<T>>,
): () => Translation<T> {
  const all: Record<Language, Translation<T>> = { en: english as unknown as Translation<T>, "pt-BR": portuguese };
  return () => all[language.current];
}

const MADE = new Map<string, unknown>();

function made<F>(kind: string, options: object, make: (locale: string) => F): F {
  const key = `${kind} ${language.locale} ${JSON.stringify(options)}`;
  if (!MADE.has(key)) MADE.set(key, make(language.locale));
  return MADE.get(key) as F;
}

/** `1,234.5`, with at most so many digits after the point. */
export function formatNumber(value: number, digits = 0): string {
  const options = { maximumFractionDigits: digits };
  return made("number", options, (locale) => new Intl.NumberFormat(locale, options)).format(value);
}

/** `45%` of a share from 0 to 1. */
export function formatShare(value: number, digits = 0): string {
  const options = { style: "percent", maximumFractionDigits: digits } as const;
  return made("share", options, (locale) => new Intl.NumberFormat(locale, options)).format(value);
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `3.2 GB`: powers of 1000, as disks and networks are sold. */
export function formatBytes(value: number): string {
  if (Math.abs(value) < 1000) return `${formatNumber(value)} B`; // where locales would say "byte", without a plural
  const step = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)));
  const shown = value / 1000 ** step;
  const options = {
    style: "unit",
    unit: BYTE_UNITS[step],
    unitDisplay: step === 0 ? "long" : "short", // its short form has no plural
    maximumFractionDigits: shown < 10 && step > 0 ? 1 : 0,
  } as const;
  return made("bytes", options, (locale) => new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions)).format(
    shown,
  );
}

/** `850 ms`, `3.4 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(ms: number): string {
  const unit = (value: number, name: string, digits = 0): string => {
    const options = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits } as const;
    return made("duration", options, (locale) => new Intl.NumberFormat(locale, options)).format(value);
  };
  if (ms < 1000) return unit(Math.max(0, Math.round(ms)), "millisecond");
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return ms < 9950 ? unit(ms / 1000, "second", 1) : unit(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${unit(minutes, "minute")} ${unit(seconds % 60, "second")}`;
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

/** Money: an amount in millionths of a unit of `currency`. */
/** A time that is only guessed: in whole seconds, rounded up. */
export function formatSeconds(ms: number): string {
  return formatDuration(Math.ceil(ms / 1000) * 1000);
}

export function formatMoney(micros: number, currency: string): string {
  const options = { style: "currency", currency, maximumFractionDigits: 4, minimumFractionDigits: 2 } as const;
  return made("money", options, (locale) => new Intl.NumberFormat(locale, options)).format(micros / 1e6);
}

/** A moment as the browser's own time zone has it: its time if it is today, else its date, too. */
export function formatMoment(moment: string | Date): string {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  const options: Intl.DateTimeFormatOptions = today
    ? { timeStyle: "short" }
    : { dateStyle: "medium", timeStyle: "short" };
  return made("moment", options, (locale) => new Intl.DateTimeFormat(locale, options)).format(date);
}

/** A day, without the time. */
export function formatDay(moment: string | Date): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium" };
  return made("day", options, (locale) => new Intl.DateTimeFormat(locale, options)).format(new Date(moment));
}

/** A month with its year: `November 2026`. */
export function formatMonth(date: Date): string {
  const options: Intl.DateTimeFormatOptions = { month: "long", year: "numeric" };
  return made("month", options, (locale) => new Intl.DateTimeFormat(locale, options)).format(date);
}

const PERIODS = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** `3 minutes ago`. */
export function formatAgo(moment: string | Date, now = Date.now()): string {
  const passed = new Date(moment).getTime() - now;
  const options = { numeric: "auto" } as const;
  const format = made("ago", options, (locale) => new Intl.RelativeTimeFormat(locale, options));
  for (const [unit, ms] of PERIODS) {
    if (Math.abs(passed) >= ms) return format.format(Math.trunc(passed / ms), unit);
  }
  return format.format(0, "second");
}
