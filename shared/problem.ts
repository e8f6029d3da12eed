/** Problems in a JSON or YAML file, and the report that shows each: file, line, column, the line with a caret, what to do. */
import { UserError } from './user-error.ts';
import type { Path } from './path.ts';
import { printable } from './printable.ts';

export interface Problem {
  /** A note says what was read differently; a warning is worth fixing. */
  severity: 'error' | 'warning' | 'note';
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  path?: Path;
  /** The problem is the key at `path`, not its value. */
  atKey?: boolean;
  /** Position in the text, for problems without a `path`. */
  offset?: number;
  /** Shown once for all problems with the same message, with their number and without the line itself. */
  grouped?: boolean;
  /** What a tolerant reader does about this error before it continues. */
  tolerated?: string;
}

/** A parsed file. */
export interface Parsed {
  value: unknown;
  /** Problems of the syntax. After an error without `tolerated`, `value` is undefined. */
  problems: Problem[];
  /** Offset in the text of the value (or its key) at `path`; of the closest parent if `path` is missing. */
  locate(path: Path, atKey?: boolean): number;
}

const SEVERITIES = ['error', 'warning', 'note'] as const;
const SHOWN_COLUMNS = 100;

/** A résumé with errors. The message is the report of all problems. */
export class ResumeError extends UserError {
  override name = 'ResumeError';
  readonly problems: Problem[];

  constructor(problems: Problem[], report: string) {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    super(report, errors === 1 ? 'Fix the error and try again.' : `Fix the ${errors} errors and try again.`);
    this.problems = problems;
  }
}

/** All problems in one text: errors first, each severity in file order. */
export function report(problems: Problem[], file: string, text: string): string {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return SEVERITIES.flatMap((severity) =>
    merged(problems.filter((problem) => problem.severity === severity)).map(({ problem, times }) =>
      describe(problem, times, file, text, lineStarts),
    ),
  )
    .join('\n')
    .trimEnd();
}

interface Merged {
  problem: Problem;
  times: number;
}

/** In file order; grouped problems with the same message once, at the first of them. */
function merged(problems: Problem[]): Merged[] {
  const groups = new Map<string, Merged>();
  const all: Merged[] = [];
  for (const problem of problems.toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0))) {
    const same = problem.grouped ? groups.get(problem.message) : undefined;
    if (same) same.times++;
    else {
      const first = { problem, times: 1 };
      all.push(first);
      groups.set(problem.message, first);
    }
  }
  return all;
}

function describe(
  { severity, message, hint, offset, grouped }: Problem,
  times: number,
  file: string,
  text: string,
  lineStarts: number[],
): string {
  const what = `${severity}: ${message}${times > 1 ? ` (${times} times)` : ''}`;
  const lines: string[] = [];
  if (offset === undefined) lines.push(`${file}: ${what}`);
  else {
    const line = lineAt(lineStarts, offset);
    const column = offset - lineStarts[line - 1]! + 1;
    lines.push(`${file}:${line}:${column}: ${what}`);
    if (!grouped) lines.push(...excerpt(text, lineStarts, line, column));
  }
  if (hint) lines.push(`  ${hint}`);
  // An empty line after what takes several.
  return lines.length > 1 && !grouped ? `${lines.join('\n')}\n` : lines.join('\n');
}

/** Starts at 1. */
function lineAt(lineStarts: number[], offset: number): number {
  let [low, high] = [0, lineStarts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

function excerpt(text: string, lineStarts: number[], line: number, column: number): string[] {
  const end = (lineStarts[line] ?? text.length + 1) - 1;
  const whole = text.slice(lineStarts[line - 1], end).replace(/\r$/, '');
  const start = column > SHOWN_COLUMNS - 20 ? column - 40 : 0;
  const shown = printable(whole.slice(start, start + SHOWN_COLUMNS));
  const label = `  ${line} | `;
  return [
    label + (start ? '…' : '') + shown + (whole.length > start + SHOWN_COLUMNS ? '…' : ''),
    `${' '.repeat(label.length - 2)}| ${' '.repeat(column - 1 - start + (start ? 1 : 0))}^`,
  ];
}
