/** What is wrong with a résumé, and how it is told: where, what, the line itself with a caret, and what to do. */
import { UserError } from './user-error.ts';
import type { Path } from './path.ts';

export interface Problem {
  severity: 'error' | 'warning';
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  path?: Path;
  /** Whether the key at `path` is meant, rather than its value. */
  atKey?: boolean;
  /** Position in the text, where `path` cannot tell it. */
  offset?: number;
}

const SHOWN_PROBLEMS = 20;
const SHOWN_COLUMNS = 100;

/** Thrown when a résumé cannot be built; its message shows every problem. */
export class ResumeError extends UserError {
  override name = 'ResumeError';
  readonly problems: Problem[];

  constructor(problems: Problem[], report: string) {
    super(report, 'Nothing was built. Mend this and run it again.');
    this.problems = problems;
  }
}

/** One text for all problems, in the order in which they stand in the file. */
export function report(
  problems: (Problem & { offset?: number | undefined })[],
  file: string,
  text: string,
): string {
  const ordered = [...problems].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  const shown = ordered.slice(0, SHOWN_PROBLEMS).map((problem) => describe(problem, file, text));
  const rest = ordered.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more.`);
  return shown.join('\n\n');
}

function describe(problem: Problem, file: string, text: string): string {
  const { severity, message, hint, offset } = problem;
  const lines: string[] = [];
  if (offset === undefined) lines.push(`${file}: ${severity}: ${message}`);
  else {
    const { line, column } = position(text, offset);
    lines.push(`${file}:${line}:${column}: ${severity}: ${message}`, ...excerpt(text, line, column));
  }
  if (hint) lines.push(`  ${hint}`);
  return lines.join('\n');
}

/** Both count from 1. */
function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function excerpt(text: string, line: number, column: number): string[] {
  const whole = text.split('\n', line)[line - 1]!.replace(/\r$/, '');
  const start = column > SHOWN_COLUMNS - 20 ? column - 40 : 0;
  const shown = whole.slice(start, start + SHOWN_COLUMNS).replaceAll('\t', ' ');
  const label = `  ${line} | `;
  return [
    label + (start ? '…' : '') + shown + (whole.length > start + SHOWN_COLUMNS ? '…' : ''),
    `${' '.repeat(label.length - 2)}| ${' '.repeat(column - 1 - start + (start ? 1 : 0))}^`,
  ];
}
