/** Problems in a JSON or YAML file, and the report that shows each: file, line, column, the line with a caret, what to do. */
import { UserError } from './user-error.ts';
import type { Path } from './path.ts';

export interface Problem {
  severity: 'error' | 'warning';
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  path?: Path;
  /** The problem is the key at `path`, not its value. */
  atKey?: boolean;
  /** Position in the text, for problems without a `path`. */
  offset?: number;
}

/** A parsed file. */
export interface Parsed {
  value: unknown;
  /** Problems of the syntax. After an error, `value` is undefined. */
  problems: Problem[];
  /** Offset in the text of the value (or its key) at `path`; of the closest parent if `path` is missing. */
  locate(path: Path, atKey?: boolean): number;
}

const SHOWN_PROBLEMS = 20;
const SHOWN_COLUMNS = 100;

/** A résumé with errors. The message is the report of all problems. */
export class ResumeError extends UserError {
  override name = 'ResumeError';
  readonly problems: Problem[];

  constructor(problems: Problem[], report: string) {
    super(report, 'Nothing was built. Fix the errors and try again.');
    this.problems = problems;
  }
}

/** All problems in one text, in file order. */
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

/** Both start at 1. */
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
