/**
 * A count in a file: JSON Lines, so that a mistake has a line number and a truncated file is noticed.
 *
 *     {"format":"cloud-resume-count","version":3,"id":"<UUID>","exportedAt":"2026-11-24T15:00:00.000Z","count":1042,"remembered":1,"days":1,"links":1}
 *     {"visit":"<visit id>","until":1795618800}
 *     {"date":"2026-11-24","visits":3,"own":1,"bots":0,"editions":{"de":1},"viewers":2}
 *     {"id":"acme-7f3kq2ma","label":"Acme","visits":2,"createdAt":1795600000000,"firstVisitAt":1795610000000,"lastVisitAt":1795611000000}
 */
import { LINK_ID_PATTERN, VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { parseObject } from '../../shared/parse-json.ts';
import { isObject } from '../../shared/path.ts';
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
const VERSION = 3;

export function writeCount({ remembered, days, links, ...count }: Count): string {
  const numbers = { remembered: remembered.size, days: days.length, links: links.length };
  const header = { format: FORMAT, version: VERSION, ...count, ...numbers };
  const lines = [header, ...[...remembered].map(([visit, until]) => ({ visit, until })), ...days, ...links];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** What a field must be, in words and as a check. */
type Rule = [rule: string, isValid: (value: unknown) => boolean];
type Rules<Line> = { [Field in keyof Required<Line>]: Rule };

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const text = (rule: string, pattern: RegExp): Rule => [
  rule,
  (value) => typeof value === 'string' && pattern.test(value),
];
const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const optional = ([rule, isValid]: Rule): Rule => [rule, (value) => value === undefined || isValid(value)];
const NUMBER: Rule = ['must be a whole number', isCount];
const TEXT = text('must be text', /^/);

type Header = Pick<Count, 'id' | 'exportedAt' | 'count'> & Record<'remembered' | 'days' | 'links', number>;
const HEADER: Rules<Header> = {
  id: text('must be a UUID', /^[A-Za-z0-9-]{8,64}$/),
  exportedAt: ['must be a time', isTime],
  count: NUMBER,
  remembered: NUMBER,
  days: NUMBER,
  links: NUMBER,
};
const VISIT: Rules<{ visit: string; until: number }> = {
  visit: text('must be a visit id', VISIT_ID_PATTERN),
  until: ['must be a time in seconds since 1970', isCount],
};
const DAY: Rules<Day> = {
  date: ['must be a day', (value) => isTime(value) && /^\d{4}-\d\d-\d\d$/.test(String(value))],
  visits: NUMBER,
  own: NUMBER,
  bots: NUMBER,
  editions: ['must hold whole numbers', (value) => isObject(value) && Object.values(value).every(isCount)],
  viewers: NUMBER,
};
const LINK: Rules<LinkStatistics> = {
  id: text('must be the id of a link', LINK_ID_PATTERN),
  label: TEXT,
  edition: optional(TEXT),
  visits: NUMBER,
  createdAt: NUMBER,
  firstVisitAt: optional(NUMBER),
  lastVisitAt: optional(NUMBER),
};

/**
 * @param name of the file, for messages
 * @throws {UserError} with file and line of the first mistake
 */
export function readCount(content: string, name: string): Count {
  const mistake = (line: number, problem: string) =>
    new UserError(
      `${name}:${line}: ${problem}.`,
      'Nothing was imported. Use a file from npm run export, unchanged.',
    );
  /** @returns the fields that have a rule, without the missing ones */
  const check = <Line>(item: Record<string, unknown>, rules: Rules<Line>, line: number): Line => {
    for (const [field, [rule, isValid]] of Object.entries<Rule>(rules))
      if (!isValid(item[field]))
        throw mistake(line, `"${field}" is ${JSON.stringify(item[field])}, but ${rule}`);
    return Object.fromEntries(Object.entries(item).filter(([field]) => field in rules)) as Line;
  };

  const lines = content.split('\n');
  // Every line ends with a newline, the last one too.
  const end = lines.pop();
  if (lines.length === 0) throw mistake(1, 'the file is empty or has no complete line');
  const [first, ...items] = lines.map((line, i) => {
    const item = parseObject(line);
    if (!item) throw mistake(i + 1, 'the line is not a JSON object');
    return item;
  });
  if (first!['format'] !== FORMAT) throw mistake(1, `it does not begin with {"format":"${FORMAT}"`);
  if (first!['version'] !== VERSION)
    throw new UserError(
      `${name}:1: the file has version ${JSON.stringify(first!['version'])}; this program reads version ${VERSION}.`,
      'Import it with the version of Cloud Resume that exported it, or a newer one.',
    );
  const header = check(first!, HEADER, 1);
  const remembered = new Map<string, number>();
  const days = new Map<string, Day>();
  const links = new Map<string, LinkStatistics>();
  for (const [i, item] of items.entries()) {
    if ('date' in item) days.set(String(item['date']), check(item, DAY, i + 2));
    else if ('label' in item) links.set(String(item['id']), check(item, LINK, i + 2));
    else {
      const { visit, until } = check(item, VISIT, i + 2);
      remembered.set(visit, until);
    }
  }
  if (end !== '') throw mistake(lines.length + 1, 'the line is incomplete: the file has been truncated');
  for (const [what, announced, found] of [
    ['remembered visits', header.remembered, remembered.size],
    ['days', header.days, days.size],
    ['links', header.links, links.size],
  ])
    if (announced !== found)
      throw mistake(
        1,
        `it announces ${announced} ${what}, but ${found} follow: lines are missing or were added`,
      );
  return { ...header, remembered, days: [...days.values()], links: [...links.values()] };
}
