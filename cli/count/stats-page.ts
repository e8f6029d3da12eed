/** Statistics as a self-contained page in the site's style: one file, no script, nothing loaded. */
import { markup, type Html } from '../../site/theme/html.ts';
import { minuteOf, number, overviewOf, visitsText } from './report.ts';
import { editionsBySize, weeksOf, type Statistics } from './statistics.ts';

export interface PageOptions {
  /** `cloud-resume-production in eu-central-1` */
  place: string;
  /** Milliseconds since 1970. */
  madeAt: number;
}

/** Size of a plot, and where its axes cross; in its own units. */
const WIDTH = 960;
const HEIGHT = 220;
const LEFT = 48;
const TOP = 14;

export function writeStatsPage(statistics: Statistics, { place, madeAt }: PageOptions): string {
  const { visits, days, links } = statistics;
  const title = visitsText(visits);
  const weeks = weeksOf(days);
  const editions = editionsBySize(days);
  return markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} – ${place}</title>
<style>
:root{color-scheme:light dark;--paper:light-dark(#fff,#14171a);--ink:light-dark(#14181c,#e9edf0);--soft:light-dark(#57616a,#9aa5ae);--line:light-dark(#e2e6e9,#2a3138);--accent:light-dark(oklch(0.46 0.09 200),oklch(0.8 0.09 200))}
body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink)}
h1{margin:0}
h2{margin:2rem 0 .5rem;font-size:1.1rem}
small,.note{color:var(--soft)}
svg{width:100%;height:auto}
svg rect{fill:var(--accent)}
svg line{stroke:var(--line)}
svg text{fill:var(--soft);font-size:13px}
table{border-collapse:collapse}
th,td{padding:.1rem 1rem .1rem 0;text-align:left;font-weight:normal;overflow-wrap:anywhere}
.n{text-align:right;font-variant-numeric:tabular-nums}
</style>
<h1>${title}</h1>
<p class="note">${place}</p>
${table(overviewOf(statistics))}
${days.length > 0 && plot('Visits by day', 'day (UTC)', days)}
${weeks.length > 2 && plot('Visits by week', 'week (UTC), by its Monday', weeks)}
${
  editions.length > 0 &&
  markup`<h2>Pages other than the index</h2>${table(
    editions.map(([path, value]) => [`/${path}`, value]),
    ['page', 'visits'],
  )}`
}
${
  links.length > 0 &&
  markup`<h2>Counted links</h2>${table(
    links.map(({ label, visits: opened, firstVisitAt, lastVisitAt }) => [
      label,
      opened,
      firstVisitAt === undefined ? 'not opened yet' : minuteOf(firstVisitAt),
      lastVisitAt === undefined ? '' : minuteOf(lastVisitAt),
    ]),
    ['link', 'visits', 'first', 'last'],
  )}`
}
${
  days.length > 0 &&
  markup`<details><summary>Every day</summary>${table(
    days
      .toReversed()
      .map(({ date, visits: counted, own, bots, viewers }) => [date, counted, own, bots, viewers]),
    ['day (UTC)', 'visits', 'your own', 'bots', 'largest audience'],
  )}</details>`
}
<p><small>Made ${minuteOf(madeAt)} by <code>npm run stats</code>.</small></p>
</html>
`.text;
}

function table(rows: readonly (readonly (string | number)[])[], head?: string[]): Html {
  const cell = (value: string | number) =>
    typeof value === 'number' ? markup`<td class="n">${number(value)}</td>` : markup`<td>${value}</td>`;
  const columns = head?.map(
    (name, i) =>
      markup`<th scope="col"${typeof rows[0]?.[i] === 'number' && markup` class="n"`}>${name}</th>`,
  );
  return markup`<table>${columns && markup`<thead><tr>${columns}</tr></thead>`}<tbody>${rows.map(
    ([first, ...others]) => markup`<tr><th scope="row">${String(first)}</th>${others.map(cell)}</tr>`,
  )}</tbody></table>`;
}

function plot(title: string, unit: string, bars: readonly { date: string; visits: number }[]): Html {
  const most = Math.max(1, ...bars.map(({ visits }) => visits));
  // A few days are not stretched over the whole width.
  const step = (WIDTH - LEFT) / Math.max(bars.length, 14);
  const gap = step > 4 ? step * 0.2 : 0;
  const y = (visits: number) => TOP + HEIGHT * (1 - visits / most);
  const ticks = [...new Set([0, Math.round(most / 2), most])];
  const [first, last] = [bars[0]!.date, bars.at(-1)!.date];
  const end = LEFT + step * bars.length;
  return markup`<h2>${title}</h2><svg viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + 42}" role="img" aria-label="${title} from ${first} to ${last}, ${number(most)} at most">
${ticks.map((tick) => markup`<line x1="${LEFT}" x2="${WIDTH}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text x="${LEFT - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${number(tick)}</text>`)}
${bars.map(({ date, visits }, i) => {
  const height = visits > 0 ? Math.max(1, (visits / most) * HEIGHT) : 0;
  return markup`<rect x="${round(LEFT + i * step + gap / 2)}" y="${round(TOP + HEIGHT - height)}" width="${round(step - gap)}" height="${round(height)}"><title>${date}: ${number(visits)}</title></rect>`;
})}
<text x="${LEFT}" y="${TOP + HEIGHT + 18}">${first}</text>${end > LEFT + 180 && markup`<text x="${round(end)}" y="${TOP + HEIGHT + 18}" text-anchor="end">${last}</text>`}
<text x="${LEFT + (WIDTH - LEFT) / 2}" y="${TOP + HEIGHT + 38}" text-anchor="middle">visits by ${unit}</text>
</svg>`;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);
