/** Visits by day as bars in a terminal. */
import type { Day } from './days.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param width columns of the terminal */
export function drawBars(days: readonly Day[], width: number): string {
  const most = Math.max(1, ...days.map(({ visits }) => visits));
  const numbers = days.map(({ visits }) => visits.toLocaleString('en'));
  const space = Math.max(
    10,
    width - '2026-11-24  '.length - Math.max(...numbers.map((text) => text.length)) - 1,
  );
  return days
    .map(({ date, visits }, i) => {
      const eighths = Math.round((visits / most) * space * 8);
      // Somebody is never drawn as nobody.
      const shown = visits > 0 ? Math.max(1, eighths) : 0;
      const bar = '█'.repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8];
      return `${date}  ${bar}${bar && ' '}${numbers[i]}`;
    })
    .join('\n');
}
