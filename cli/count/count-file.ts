/**
 * A count in a file: JSON Lines, so that a mistake has a line number and a truncated file is noticed.
 *
 *     {"format":"cloud-resume-count","version":2,"id":"<UUID>","exportedAt":"2026-11-24T15:00:00.000Z","count":1042,"remembered":1}
 *     {"visit":"<visit id>","until":1795618800}
 *
 * Version 1 had `counted` (visits by the counter that counted them) instead of `id` and `count`. It is still read.
 */
import { createHash } from 'node:crypto';
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';

export interface Count {
  /** Of this export: importing it a second time adds nothing. */
  id: string;
  /** ISO 8601. */
  exportedAt: string;
  /** Visits since the beginning. */
  count: number;
  /** Ids of the last 24 hours' visits, with the second (since 1970) until which each is remembered. */
  remembered: Map<string, number>;
}

const FORMAT = 'cloud-resume-count';
const ID_PATTERN = /^[A-Za-z0-9-]{8,64}$/;

export function writeCount({ remembered, ...count }: Count): string {
  const header = { format: FORMAT, version: 2, ...count, remembered: remembered.size };
  const lines = [header, ...[...remembered].map(([visit, until]) => ({ visit, until }))];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * @param name of the file, for messages
 * @throws {UserError} with file and line of the first mistake
 */
export function readCount(text: string, name: string): Count {
  const lines = text.split('\n');
  // Every line ends with a newline, the last one too.
  const end = lines.pop();
  if (lines.length === 0) throw mistake(name, 1, 'the file is empty or has no complete line');
  const header = readHeader(lines[0]!, name);
  const remembered = new Map<string, number>();
  for (const [index, line] of lines.slice(1).entries()) {
    const { visit, until } = parse(line, name, index + 2);
    if (typeof visit !== 'string' || !VISIT_ID_PATTERN.test(visit))
      throw invalid(name, index + 2, 'visit', visit, 'must be a visit id');
    if (!isCount(until))
      throw invalid(name, index + 2, 'until', until, 'must be a time in seconds since 1970');
    remembered.set(visit, until);
  }
  if (end !== '')
    throw mistake(name, lines.length + 1, 'the line is incomplete: the file has been truncated');
  if (remembered.size !== header.remembered) {
    const problem = `it announces ${header.remembered} remembered visits, but ${remembered.size} follow: lines are missing or were added`;
    throw mistake(name, 1, problem);
  }
  return { ...header, remembered };
}

function readHeader(line: string, name: string): Omit<Count, 'remembered'> & { remembered: number } {
  const { format, version, ...header } = parse(line, name, 1);
  if (format !== FORMAT) throw mistake(name, 1, `it does not begin with {"format":"${FORMAT}"`);
  if (version !== 1 && version !== 2) {
    throw new UserError(
      `${name}:1: the file has version ${JSON.stringify(version)}; this program reads versions 1 and 2.`,
      'Import it with the version of Cloud Resume that exported it, or a newer one.',
    );
  }
  const { exportedAt, remembered } = header;
  const { id, count } = version === 1 ? fromVersion1(line, header, name) : header;
  if (typeof id !== 'string' || !ID_PATTERN.test(id)) throw invalid(name, 1, 'id', id, 'must be a UUID');
  if (typeof exportedAt !== 'string' || Number.isNaN(Date.parse(exportedAt)))
    throw invalid(name, 1, 'exportedAt', exportedAt, 'must be a time');
  if (!isCount(count)) throw invalid(name, 1, 'count', count, 'must be a whole number');
  if (!isCount(remembered)) throw invalid(name, 1, 'remembered', remembered, 'must be a whole number');
  return { id, exportedAt, count, remembered };
}

function fromVersion1(line: string, { counted }: Record<string, unknown>, name: string) {
  const counts = typeof counted === 'object' && counted !== null ? Object.values(counted) : [];
  if (counts.length === 0 || !counts.every(isCount))
    throw invalid(name, 1, 'counted', counted, 'must hold whole numbers');
  const id = createHash('sha256').update(line).digest('hex').slice(0, 32);
  return { id, count: counts.reduce((sum, visits) => sum + visits, 0) };
}

function parse(line: string, name: string, number: number): Record<string, unknown> {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw mistake(name, number, 'the line is not a JSON object');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const invalid = (name: string, line: number, field: string, value: unknown, rule: string) =>
  mistake(name, line, `"${field}" is ${JSON.stringify(value)}, but ${rule}`);

function mistake(name: string, line: number, problem: string): UserError {
  return new UserError(
    `${name}:${line}: ${problem}.`,
    'Nothing was imported. Use a file from npm run export, unchanged.',
  );
}
