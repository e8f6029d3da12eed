/** Visits by day as a self-contained page: one file, no script, nothing loaded. */
import type { Day } from './bars.ts';

export interface StatsPage {
  /** `cloud-resume-production in eu-central-1` */
  place: string;
  /** Visits since the beginning. */
  count: number;
  days: readonly Day[];
  /** ISO 8601. */
  madeAt: string;
}

const WIDTH = 960;
const HEIGHT = 240;

export function writeStatsPage({ place, count, days, madeAt }: StatsPage): string {
  const total = days.reduce((sum, { visits }) => sum + visits, 0);
  const title = `${number(count)} visits`;
  const rows = days.map(
    ({ date, visits }) => `<tr><th scope="row">${date}</th><td>${number(visits)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} – ${escape(place)}</title>
<style>
:root{color-scheme:light dark}
body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}
svg{width:100%;height:auto}
svg rect{fill:#2563eb}
svg line{stroke:currentColor;opacity:.3}
svg text{fill:currentColor;font-size:14px}
table{border-collapse:collapse}
th,td{padding:.1rem 1rem .1rem 0;text-align:right;font-weight:normal;font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){svg rect{fill:#60a5fa}}
</style>
<h1>${title}</h1>
<p>Since the beginning, in ${escape(place)}; ${number(total)} in the last ${days.length} days.</p>
${drawChart(days)}
<details><summary>By day</summary><table><thead><tr><th scope="col">day (UTC)</th><th scope="col">visits</th></tr></thead><tbody>${rows.join('')}</tbody></table></details>
<p><small>Made ${escape(madeAt)} by <code>npm run stats</code>.</small></p>
</html>
`;
}

function drawChart(days: readonly Day[]): string {
  const most = Math.max(1, ...days.map(({ visits }) => visits));
  const step = WIDTH / days.length;
  const gap = step > 4 ? step * 0.2 : 0;
  const bars = days.map(({ date, visits }, i) => {
    const height = visits > 0 ? Math.max(1, (visits / most) * HEIGHT) : 0;
    const place = `x="${round(i * step + gap / 2)}" y="${round(24 + HEIGHT - height)}"`;
    return `<rect ${place} width="${round(step - gap)}" height="${round(height)}"><title>${date}: ${number(visits)}</title></rect>`;
  });
  const baseline = 24 + HEIGHT;
  const [first, last] = [days[0]!.date, days.at(-1)!.date];
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 50}" role="img" aria-label="Visits by day from ${first} to ${last}, ${number(most)} at most">
<text x="0" y="16">${number(most)}</text><line x1="0" x2="${WIDTH}" y1="24" y2="24"/>
${bars.join('\n')}
<line x1="0" x2="${WIDTH}" y1="${baseline}" y2="${baseline}"/>
<text x="0" y="${baseline + 20}">${first}</text><text x="${WIDTH}" y="${baseline + 20}" text-anchor="end">${last}</text>
</svg>`;
}

const number = (value: number): string => value.toLocaleString('en');
const round = (value: number): number => Math.round(value * 100) / 100;
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
