import { texts } from "$/settings/texts";

/** What a quota is counted in, in words. */
export function periodText(period: string): string {
  const t = texts();
  const known: Readonly<Record<string, string>> = {
    minute: t.per_minute,
    day: t.per_day,
    week: t.per_week,
    month: t.per_month,
  };
  return known[period] ?? period;
}
