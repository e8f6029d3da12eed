/** Visits by day as bars in a terminal. */

export interface Day {
  /** In UTC, as CloudWatch counts days: `2026-11-24`. */
  date: string;
  visits: number;
}

const DAY_MS = 86_400_000;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The last `number` days up to today, oldest first. A day that is unknown has no visits. */
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

/** @param width columns of the terminal */
export function drawBars(days: readonly Day[], width: number): string {
  const most = Math.max(1, ...days.map(({ visits }) => visits));
  const numbers = days.map(({ visits }) => visits.toLocaleString('en'));
  const taken = '2026-11-24  '.length + Math.max(...numbers.map((text) => text.length)) + 1;
  const space = Math.max(10, width - taken);
  return days
    .map(({ date, visits }, i) => {
      const eighths = Math.round((visits / most) * space * 8);
      // One visit is always visible.
      const shown = visits > 0 ? Math.max(1, eighths) : 0;
      const bar = '█'.repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8];
      return `${date}  ${bar}${bar && ' '}${numbers[i]}`;
    })
    .join('\n');
}
