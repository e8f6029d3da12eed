/**
 * A count in a file: JSON Lines, so that a mistake has a line number and a truncated file is noticed.
 *
 *     {"format":"cloud-resume-count","version":3,"id":"<UUID>","exportedAt":"2026-11-24T15:00:00.000Z","count":1042,"remembered":1,"days":1,"links":1}
 *     {"visit":"<visit id>","until":1795618800}
 *     {"date":"2026-11-24","visits":3,"own":1,"bots":0,"editions":{"de":1},"viewers":2}
 *     {"id":"acme-7f3kq2ma","label":"Acme","visits":2,"createdAt":1795600000000,"firstVisitAt":1795610000000,"lastVisitAt":1795611000000}
 *
 * Version 2 had no days and links. Version 1 had `counted` (visits by the counter that counted them) instead of `id` and `count`. Both are
 * still read.
 */
import { createHash } from 'node:crypto';
import { LINK_ID_PATTERN, VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';
import type { Day, LinkStatistics } from './statistics.ts';

export interface Count {
  /** Of this export: importing it a second time adds nothing. */
  id: string;
  /** ISO 8601. */
  exportedAt: string;
  /** Visits since the beginning. */
  count: number;
  /** Ids of the last 24 hours' visits, with the second (since 1970) until which each is remembered. */
  remembered: Map<string, number>;
  /** Days with visits, visitors or bots. */
  days: Day[];
  links: LinkStatistics[];
}

const FORMAT = 'cloud-resume-count';
const ID_PATTERN = /^[A-Za-z0-9-]{8,64}$/;

export function writeCount({ remembered, days, links, ...count }: Count): string {
  const numbers = { remembered: remembered.size, days: days.length, links: links.length };
  const header = { format: FORMAT, version: 3, ...count, ...numbers };
  const lines = [header, ...[...remembered].map(([visit, until]) => ({ visit, until })), ...days, ...links];
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
  const days = new Map<string, Day>();
  const links = new Map<string, LinkStatistics>();
  for (const [index, line] of lines.slice(1).entries()) {
    const item = parse(line, name, index + 2);
    const check = (field: string, isValid: boolean, rule: string) => {
      if (!isValid) throw invalid(name, index + 2, field, item[field], rule);
    };
    if ('date' in item) {
      check(
        'date',
        isText(item['date'], /^\d{4}-\d\d-\d\d$/) && !Number.isNaN(Date.parse(item['date'])),
        'must be a day',
      );
      for (const field of ['visits', 'own', 'bots', 'viewers'])
        check(field, isCount(item[field]), 'must be a whole number');
      check('editions', Object.values(Object(item['editions'])).every(isCount), 'must hold whole numbers');
      const { date, visits, own, bots, editions, viewers } = item as unknown as Day;
      days.set(date, { date, visits, own, bots, editions, viewers });
    } else if ('label' in item) {
      check('id', isText(item['id'], LINK_ID_PATTERN), 'must be the id of a link');
      for (const field of ['label', 'edition'])
        check(field, item[field] === undefined || isText(item[field], /^/), 'must be a text');
      for (const field of ['visits', 'createdAt', 'firstVisitAt', 'lastVisitAt'])
        check(
          field,
          (item[field] === undefined && field.endsWith('VisitAt')) || isCount(item[field]),
          'must be a whole number',
        );
      const { id, label, edition, visits, createdAt, firstVisitAt, lastVisitAt } =
        item as unknown as LinkStatistics;
      links.set(id, {
        id,
        label,
        ...(edition !== undefined && { edition }),
        visits,
        createdAt,
        ...(firstVisitAt !== undefined && { firstVisitAt }),
        ...(lastVisitAt !== undefined && { lastVisitAt }),
      });
    } else {
      const { visit, until } = item;
      check('visit', isText(visit, VISIT_ID_PATTERN), 'must be a visit id');
      check('until', isCount(until), 'must be a time in seconds since 1970');
      remembered.set(visit as string, until as number);
    }
  }
  if (end !== '')
    throw mistake(name, lines.length + 1, 'the line is incomplete: the file has been truncated');
  for (const [what, announced, found] of [
    ['remembered visits', header.remembered, remembered.size],
    ['days', header.days, days.size],
    ['links', header.links, links.size],
  ])
    if (announced !== found) {
      const problem = `it announces ${announced} ${what}, but ${found} follow: lines are missing or were added`;
      throw mistake(name, 1, problem);
    }
  return { ...header, remembered, days: [...days.values()], links: [...links.values()] };
}

type Header = Pick<Count, 'id' | 'exportedAt' | 'count'> & Record<'remembered' | 'days' | 'links', number>;

function readHeader(line: string, name: string): Header {
  const { format, version, ...header } = parse(line, name, 1);
  if (format !== FORMAT) throw mistake(name, 1, `it does not begin with {"format":"${FORMAT}"`);
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new UserError(
      `${name}:1: the file has version ${JSON.stringify(version)}; this program reads versions 1 to 3.`,
      'Import it with the version of Cloud Resume that exported it, or a newer one.',
    );
  }
  const { exportedAt, remembered, days = 0, links = 0 } = header;
  const { id, count } = version === 1 ? fromVersion1(line, header, name) : header;
  if (typeof id !== 'string' || !ID_PATTERN.test(id)) throw invalid(name, 1, 'id', id, 'must be a UUID');
  if (typeof exportedAt !== 'string' || Number.isNaN(Date.parse(exportedAt)))
    throw invalid(name, 1, 'exportedAt', exportedAt, 'must be a time');
  if (!isCount(count)) throw invalid(name, 1, 'count', count, 'must be a whole number');
  for (const [field, value] of Object.entries({ remembered, days, links }))
    if (!isCount(value)) throw invalid(name, 1, field, value, 'must be a whole number');
  return { id, exportedAt, count, remembered, days, links } as Header;
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

const isText = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value);

const invalid = (name: string, line: number, field: string, value: unknown, rule: string) =>
  mistake(name, line, `"${field}" is ${JSON.stringify(value)}, but ${rule}`);

function mistake(name: string, line: number, problem: string): UserError {
  return new UserError(
    `${name}:${line}: ${problem}.`,
    'Nothing was imported. Use a file from npm run export, unchanged.',
  );
}
