/** Reads statistics out of a counter: its items are the only source, on one machine and on AWS. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import {
  DAY_PREFIX,
  dayOf,
  IMPORT_PREFIX,
  LINK_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import { numberOf, totalsOf, type Item } from '../../functions/shared/counter.ts';
import type { SdkDatabase } from '../../functions/shared/sdk-database.ts';

/** One day's own figures. */
export interface Day {
  /** In UTC: `2026-11-24`. */
  date: string;
  visits: number;
  /** The owner's visits and declared bots' connections, which are not in `visits`. */
  own: number;
  bots: number;
  /** Visits of pages other than the index, by path; they are in `visits`. */
  editions: Record<string, number>;
  /** The largest number of viewers at the same time. */
  viewers: number;
}

export interface LinkStatistics {
  id: string;
  label: string;
  /** Path of the page that it opens, if not the index. */
  edition?: string;
  visits: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  firstVisitAt?: number;
  lastVisitAt?: number;
}

export interface Statistics {
  /** Since the beginning, with imported visits. */
  visits: number;
  /** Of `visits`, those in no day: before days were recorded, set by hand, or from an export without days. */
  withoutDay: number;
  /** From the first known day up to today, without gaps. */
  days: Day[];
  /** Most visits first. */
  links: LinkStatistics[];
}

const DAY_MS = 86_400_000;

/** Reads the whole table: a read unit per 4 KB of it. */
export async function readStatistics(database: SdkDatabase, nowMs: number): Promise<Statistics> {
  const items = await readItems(database);
  const under = (prefix: string) => items.filter(({ id }) => id!.S!.startsWith(prefix));
  const shards = under(VISITS_SHARD_PREFIX);
  const imported = under(IMPORT_PREFIX).flatMap(({ days }) => JSON.parse(days?.S ?? '[]') as Day[]);
  const days = continuous([...recordedDays(under(DAY_PREFIX), shards, nowMs), ...imported], nowMs);
  const { count } = totalsOf(shards);
  return {
    visits: count,
    withoutDay: count - sum(days, 'visits'),
    days,
    links: under(LINK_PREFIX)
      .map(linkOf)
      .sort((a, b) => b.visits - a.visits || a.createdAt - b.createdAt),
  };
}

export function sum(days: readonly Day[], figure: 'visits' | 'own' | 'bots'): number {
  return days.reduce((total, day) => total + day[figure], 0);
}

/** Sums of the same edition over several days. */
export function editionsOf(days: readonly Day[]): Record<string, number> {
  const editions: Record<string, number> = {};
  for (const day of days)
    for (const [path, visits] of Object.entries(day.editions))
      editions[path] = (editions[path] ?? 0) + visits;
  return editions;
}

/** Most visits first. */
export function editionsBySize(days: readonly Day[]): [path: string, visits: number][] {
  return Object.entries(editionsOf(days)).sort(([, a], [, b]) => b - a);
}

/** Monday to Sunday, by the date of the Monday. */
export function weeksOf(days: readonly Day[]): { date: string; visits: number }[] {
  const weeks = new Map<string, number>();
  for (const { date, visits } of days) {
    const at = Date.parse(date);
    const monday = dayOf(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS);
    weeks.set(monday, (weeks.get(monday) ?? 0) + visits);
  }
  return [...weeks].map(([date, visits]) => ({ date, visits }));
}

/** The largest audience, and the median of the days that had visitors; 0 without any. */
export function audienceOf(days: readonly Day[]): { largest: number; usual: number } {
  const viewers = days
    .map((day) => day.viewers)
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
  return { largest: viewers.at(-1) ?? 0, usual: viewers[Math.floor((viewers.length - 1) / 2)] ?? 0 };
}

/** What the items record, as differences. Today's totals are those of the shards: its item may be a minute old. */
function recordedDays(items: Item[], shards: Item[], nowMs: number): Day[] {
  const today = dayOf(nowMs);
  const recorded = items
    .map((item) => ({ date: item[VISITOR_COUNT_KEY]!.S!.slice(DAY_PREFIX.length), item }))
    // Days in the future come from a wrong clock.
    .filter(({ date }) => date <= today)
    .sort((a, b) => a.date.localeCompare(b.date));
  if (recorded.length === 0) return [];
  const { count, imported, own, bots, editions } = totalsOf(shards);
  const now = { visits: count - imported, own, bots, editions };
  let before = { visits: numberOf(recorded[0]!.item, 'visitsBefore'), own: 0, bots: 0, editions: {} };
  const last = recorded.at(-1)!;
  const totals = recorded.map(({ date, item }) => ({
    date,
    viewers: numberOf(item, 'viewers'),
    ...(date === today ? now : runningTotals(item)),
  }));
  if (last.date !== today) totals.push({ date: today, viewers: 0, ...now });
  return totals.map((total) => {
    const day = { date: total.date, viewers: total.viewers, ...difference(total, before) };
    before = total;
    return day;
  });
}

type RunningTotals = Pick<Day, 'visits' | 'own' | 'bots' | 'editions'>;

function runningTotals(item: Item): RunningTotals {
  const editions = item['editions']?.M ?? {};
  return {
    visits: numberOf(item, 'visits'),
    own: numberOf(item, 'own'),
    bots: numberOf(item, 'bots'),
    editions: Object.fromEntries(Object.keys(editions).map((path) => [path, numberOf(editions, path)])),
  };
}

function difference(total: RunningTotals, before: RunningTotals): RunningTotals {
  // Totals only grow; a table that was restored from a backup may contradict that.
  const grown = (now: number, then = 0) => Math.max(0, now - then);
  const editions = Object.entries(total.editions)
    .map(([path, visits]) => [path, grown(visits, before.editions[path])] as const)
    .filter(([, visits]) => visits > 0);
  return {
    visits: grown(total.visits, before.visits),
    own: grown(total.own, before.own),
    bots: grown(total.bots, before.bots),
    editions: Object.fromEntries(editions),
  };
}

/** Adds up days with the same date, and fills the gaps. */
function continuous(days: Day[], nowMs: number): Day[] {
  if (days.length === 0) return [];
  const byDate = new Map<string, Day[]>();
  for (const day of days) byDate.set(day.date, [...(byDate.get(day.date) ?? []), day]);
  const filled: Day[] = [];
  for (let at = Date.parse([...byDate.keys()].sort()[0]!); at <= nowMs; at += DAY_MS) {
    const same = byDate.get(dayOf(at)) ?? [];
    filled.push({
      date: dayOf(at),
      visits: sum(same, 'visits'),
      own: sum(same, 'own'),
      bots: sum(same, 'bots'),
      editions: editionsOf(same),
      viewers: Math.max(0, ...same.map(({ viewers }) => viewers)),
    });
  }
  return filled;
}

function linkOf(item: Item): LinkStatistics {
  const optional = (name: 'firstVisitAt' | 'lastVisitAt') =>
    item[name] === undefined ? {} : { [name]: numberOf(item, name) };
  return {
    id: item[VISITOR_COUNT_KEY]!.S!.slice(LINK_PREFIX.length),
    label: item['label']?.S ?? '',
    ...(item['edition']?.S !== undefined && { edition: item['edition'].S }),
    visits: numberOf(item, 'visits'),
    createdAt: numberOf(item, 'createdAt'),
    ...optional('firstVisitAt'),
    ...optional('lastVisitAt'),
  };
}

async function readItems({ client, visitorCountTable: TableName }: SdkDatabase): Promise<Item[]> {
  const prefixes = [VISITS_SHARD_PREFIX, DAY_PREFIX, LINK_PREFIX, IMPORT_PREFIX];
  const scan = {
    TableName,
    ConsistentRead: true,
    FilterExpression: prefixes.map((_, i) => `begins_with(${VISITOR_COUNT_KEY}, :p${i})`).join(' OR '),
    ExpressionAttributeValues: Object.fromEntries(prefixes.map((S, i) => [`:p${i}`, { S }])),
  };
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, scan)) items.push(...(page.Items ?? []));
  return items;
}
