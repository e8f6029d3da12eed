/** Bars in a terminal. */

export interface Bar {
  label: string;
  value: number;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param width columns of the terminal */
export function drawBars(bars: readonly Bar[], width: number): string {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const numbers = bars.map(({ value }) => value.toLocaleString('en'));
  const longest = (texts: string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const indent = longest(bars.map(({ label }) => label)) + 2;
  const space = Math.max(10, width - indent - longest(numbers) - 1);
  return bars
    .map(({ label, value }, i) => {
      const eighths = Math.round((value / most) * space * 8);
      // One visit is always visible.
      const shown = value > 0 ? Math.max(1, eighths) : 0;
      const bar = '█'.repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8];
      return `${label.padEnd(indent)}${bar}${bar && ' '}${numbers[i]}`;
    })
    .join('\n');
}
