/** What the doctor says about one thing that it has checked. */
export interface Finding {
  /** One or two words: `policy`. */
  check: string;
  /** `unknown`: it could not be checked, because something before it is bad. */
  state: 'good' | 'bad' | 'unknown';
  /** What was seen. */
  detail: string;
  /** What to do; only when it is bad. */
  remedy?: string;
}

export const good = (check: string, detail: string): Finding => ({ check, state: 'good', detail });
export const bad = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'bad',
  detail,
  remedy,
});
export const unknown = (check: string, detail: string): Finding => ({ check, state: 'unknown', detail });

/** Why something could not be reached: the code where there is one, else the message. */
export function reasonOf(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? code ?? cause?.message ?? message;
}

/** One line for each finding, the remedy below it. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const words = { good: 'good', bad: 'BAD ', unknown: '  ? ' };
  return findings
    .map(({ check, state, detail, remedy }) => {
      const line = `${words[state]}  ${check.padEnd(width)}  ${detail}`;
      return remedy === undefined ? line : `${line}\n${' '.repeat(width + 8)}${remedy}`;
    })
    .join('\n');
}
