/** Statistics as text for a terminal, and as JSON and CSV. */
import { printable } from '../../shared/printable.ts';
import {
  audienceOf,
  editionsBySize,
  editionsOf,
  sum,
  weeksOf,
  type LinkStatistics,
  type Statistics,
} from './statistics.ts';

/** A line of the overview: what, how many, and what to know about it. */
export type Row = readonly [what: string, number: number, note: string];

export function overviewOf({ visits, withoutDay, days }: Statistics): Row[] {
  const { largest, usual } = audienceOf(days);
  const since = days[0]?.date;
  const rest = number(withoutDay);
  return [
    ['today', sum(days.slice(-1), 'visits'), 'visits, in UTC'],
    ['last seven days', sum(days.slice(-7), 'visits'), 'visits, today included'],
    [
      'total',
      visits,
      withoutDay === 0
        ? 'visits'
        : `visits, ${rest} of them before ${since ?? 'today'} or imported without days`,
    ],
    ['your own', sum(days, 'own'), 'visits, not in the total'],
    ['bots', sum(days, 'bots'), 'declared bots’ visits, not in the total'],
    ['largest audience', largest, 'viewers at the same time'],
    ['usual audience', usual, 'viewers: the median of the days’ largest'],
  ];
}

/** @param width columns of the terminal @param shown days to draw at most */
export function drawStatistics(statistics: Statistics, place: string, width: number, shown: number): string {
  const { days, links } = statistics;
  const weeks = weeksOf(days);
  const pages = editionsBySize(days).map(([path, visits]): Bar => [`/${path}`, visits]);
  const overview = overviewOf(statistics).map(
    ([what, value, note]) => `  ${what.padEnd(18)}${number(value).padStart(9)}  ${note}`,
  );
  const barOf = ({ date, visits }: { date: string; visits: number }): Bar => [date, visits];
  const parts = [
    `Visits of ${place}\n\n${overview.join('\n')}`,
    days.length > 0 && `Visits by day (UTC)\n\n${drawBars(days.slice(-shown).map(barOf), width)}`,
    weeks.length > 2 &&
      `Visits by week, from Monday (UTC)\n\n${drawBars(weeks.slice(-shown).map(barOf), width)}`,
    pages.length > 0 && `Visits by page other than the index\n\n${drawBars(pages, width)}`,
    links.length > 0 && `Counted links\n\n${links.map(drawLink).join('\n')}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

function drawLink({ label, visits, lastVisitAt, edition }: LinkStatistics): string {
  const last = lastVisitAt === undefined ? 'not opened yet' : `last ${minuteOf(lastVisitAt)}`;
  const name = printable(label) + (edition === undefined ? '' : ` (/${edition})`);
  return `${number(visits).padStart(6)}  ${name}, ${last}`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

type Bar = readonly [label: string, value: number];

/** @param width columns of the terminal */
export function drawBars(bars: readonly Bar[], width: number): string {
  const most = Math.max(1, ...bars.map(([, value]) => value));
  const indent = Math.max(...bars.map(([label]) => label.length)) + 2;
  const numbers = Math.max(...bars.map(([, value]) => number(value).length));
  const space = Math.max(10, width - indent - numbers - 1);
  return bars
    .map(([label, value]) => {
      const eighths = Math.round((value / most) * space * 8);
      // One visit is always visible.
      const shown = value > 0 ? Math.max(1, eighths) : 0;
      const bar = '█'.repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8];
      return `${label.padEnd(indent)}${bar}${bar && ' '}${number(value)}`;
    })
    .join('\n');
}

/** `2026-11-24 14:02 UTC` */
export function minuteOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export const number = (value: number): string => value.toLocaleString('en');

/** `1 visit`, `1,042 visits` */
export const visitsText = (visits: number): string =>
  `${number(visits)} ${visits === 1 ? 'visit' : 'visits'}`;

/** @param urlOf the address of a link */
export function jsonOf(statistics: Statistics, urlOf: (link: LinkStatistics) => string): string {
  const { visits, withoutDay, days, links } = statistics;
  const iso = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString());
  const report = {
    visits,
    today: sum(days.slice(-1), 'visits'),
    lastSevenDays: sum(days.slice(-7), 'visits'),
    withoutDay,
    own: sum(days, 'own'),
    bots: sum(days, 'bots'),
    editions: editionsOf(days),
    audience: audienceOf(days),
    days,
    weeks: weeksOf(days),
    links: links.map((link) => ({
      label: link.label,
      url: urlOf(link),
      visits: link.visits,
      firstSeen: iso(link.firstVisitAt),
      lastSeen: iso(link.lastVisitAt),
    })),
  };
  return JSON.stringify(report, null, 2);
}

/** One line for each day. */
export function csvOf({ days }: Statistics): string {
  const paths = Object.keys(editionsOf(days)).sort();
  const quoted = (text: string) => (/^[\w/-]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);
  const header = ['date,visits,own,bots,largest_audience', ...paths.map((path) => quoted(`/${path}`))];
  const rows = days.map(({ date, visits, own, bots, viewers, editions }) => [
    [date, visits, own, bots, viewers].join(','),
    ...paths.map((path) => editions[path] ?? 0),
  ]);
  return [header, ...rows].map((cells) => cells.join(',')).join('\n');
}
