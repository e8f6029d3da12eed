/**
 * A count in a file: JSON Lines, so that a fault has a line, and a file that was cut off is noticed.
 *
 *     {"format":"cloud-resume-count","version":1,"exportedAt":"2026-11-24T15:00:00.000Z","counted":{"<site>":1042},"remembered":1}
 *     {"visit":"<visit id>","until":1795618800}
 */
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';

export interface Count {
  /** ISO 8601. */
  exportedAt: string;
  /** Visits by the site that counted them; their sum is the count. */
  counted: Record<string, number>;
  /** Visit ids that are still remembered, with the second (since 1970) until which they are. */
  remembered: Map<string, number>;
}

const FORMAT = 'cloud-resume-count';
const VERSION = 1;
const SITE_PATTERN = /^[A-Za-z0-9-]{8,64}$/;

export const sumOf = (counted: Record<string, number>): number =>
  Object.values(counted).reduce((sum, visits) => sum + visits, 0);

export function writeCount({ exportedAt, counted, remembered }: Count): string {
  const header = { format: FORMAT, version: VERSION, exportedAt, counted, remembered: remembered.size };
  const lines = [header, ...[...remembered].map(([visit, until]) => ({ visit, until }))];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * @param name of the file, for messages
 * @throws {UserError} with file and line for the first thing that is wrong
 */
export function readCount(text: string, name: string): Count {
  const lines = text.split('\n');
  // Every line ends with a newline, the last one too.
  const end = lines.pop();
  if (lines.length === 0) throw fault(name, 1, 'it is empty or has no whole line');
  const count = readHeader(lines[0]!, name);
  const remembered = new Map<string, number>();
  for (const [index, line] of lines.slice(1).entries()) {
    const { visit, until } = parse(line, name, index + 2);
    if (typeof visit !== 'string' || !VISIT_ID_PATTERN.test(visit))
      throw fault(name, index + 2, `"visit" is ${JSON.stringify(visit)}, which is no visit id`);
    if (!isCount(until))
      throw fault(name, index + 2, `"until" is ${JSON.stringify(until)}, which is no second since 1970`);
    remembered.set(visit, until);
  }
  if (end !== '') throw fault(name, lines.length + 1, 'the line is not complete: the file has been cut off');
  if (remembered.size !== count.size) {
    throw fault(
      name,
      1,
      `it names ${count.size} remembered visits, but ${remembered.size} follow: lines are missing or were added`,
    );
  }
  return { exportedAt: count.exportedAt, counted: count.counted, remembered };
}

function readHeader(
  line: string,
  name: string,
): { exportedAt: string; counted: Count['counted']; size: number } {
  const header = parse(line, name, 1);
  if (header['format'] !== FORMAT) throw fault(name, 1, `it does not begin with {"format":"${FORMAT}"`);
  if (header['version'] !== VERSION) {
    throw new UserError(
      `${name}:1: the file is of version ${JSON.stringify(header['version'])}; this program reads version ${VERSION}.`,
      'Import it with the version of Cloud Resume that exported it, or a newer one.',
    );
  }
  const { exportedAt, counted, remembered } = header;
  if (typeof exportedAt !== 'string' || Number.isNaN(Date.parse(exportedAt)))
    throw fault(name, 1, `"exportedAt" is ${JSON.stringify(exportedAt)}, which is no time`);
  if (typeof counted !== 'object' || counted === null || Array.isArray(counted))
    throw fault(name, 1, '"counted" must be an object of sites and their visits');
  for (const [site, visits] of Object.entries(counted)) {
    if (!SITE_PATTERN.test(site))
      throw fault(name, 1, `"counted" names ${JSON.stringify(site)}, which is no site`);
    if (!isCount(visits))
      throw fault(
        name,
        1,
        `"counted" gives ${site} ${JSON.stringify(visits)} visits; it must be a whole number`,
      );
  }
  if (!isCount(remembered))
    throw fault(name, 1, `"remembered" is ${JSON.stringify(remembered)}; it must be a whole number`);
  return { exportedAt, counted: counted as Record<string, number>, size: remembered };
}

function parse(line: string, name: string, number: number): Record<string, unknown> {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw fault(name, number, 'the line is no JSON object');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function fault(name: string, line: number, problem: string): UserError {
  return new UserError(
    `${name}:${line}: ${problem}.`,
    'Nothing was imported. Take a file that npm run export has written, unchanged.',
  );
}
