/** Visits by day, in UTC as CloudWatch counts days. */
export interface Day {
  /** `2026-11-24` */
  date: string;
  visits: number;
}

const DAY_MS = 86_400_000;

/** The last `number` days up to today, oldest first; a day of which nothing is known has no visits. */
export function lastDays(
  nowMs: number,
  number: number,
  visitsOn: (date: string) => number | undefined,
): Day[] {
  return Array.from({ length: number }, (_, i) => {
    const date = new Date(nowMs - (number - 1 - i) * DAY_MS).toISOString().slice(0, 10);
    return { date, visits: visitsOn(date) ?? 0 };
  });
}
