/** One picture of the cold visit: the parts of the time until the visitor's own number. */
import { VARIANTS, type Condition, type Spans } from './index.ts';

const WIDTH = 960;
const LEFT = 170;
const RIGHT = 70;
const TOP = 112;
const ROW = 30;
const GAP = 44;

/** Each part ends at its point. Parts without a point are left out: a warm visit starts no function. */
const PARTS = [
  { name: 'page, until the handshake', until: 'handshakeSent' },
  { name: 'function starts', until: 'functionStarted' },
  { name: 'module is loaded', until: 'initialised' },
  { name: 'visit is counted', until: 'transactionDone' },
  { name: 'handshake is answered', until: 'opened' },
  { name: 'number arrives', until: 'number' },
] as const;

/** @returns an SVG for light and dark mode */
export function coldVisitPicture(conditions: readonly Condition[]): string {
  const longest = Math.max(
    ...conditions.flatMap(({ variants }) => Object.values(variants).map(({ number }) => number?.p95 ?? 0)),
  );
  const scale = (ms: number) => Math.round((10 * ms * (WIDTH - LEFT - RIGHT)) / longest) / 10;
  const height = TOP + conditions.length * (VARIANTS.length * ROW + GAP) + 24;
  const title = 'A cold visit: from the click to the visitor’s own number';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${title}</title>`,
    `<desc id="d">${conditions.map(describe).join(' ')}</desc>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="title" x="34" y="38">${title}</text>`,
    ...PARTS.map(({ name }, i) => {
      const [x, y] = [34 + (i % 3) * 220, 60 + Math.floor(i / 3) * 18];
      return `<rect class="part${i}" x="${x}" y="${y - 10}" width="12" height="12"/><text x="${x + 18}" y="${y}">${name}</text>`;
    }),
    ...conditions.map((condition, i) =>
      drawCondition(condition, TOP + i * (VARIANTS.length * ROW + GAP), scale),
    ),
    `<text x="34" y="${height - 14}">Medians of ${conditions[0]?.visits ?? 0} visits (${conditions.at(-1)?.visits ?? 0} with round trips) in milliseconds. Circle: first paint. Line: up to the 95th percentile.</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawCondition({ name, variants }: Condition, top: number, scale: (ms: number) => number): string {
  return [
    `<text class="head" x="34" y="${top + 14}">${name}</text>`,
    ...VARIANTS.map((variant, i) => drawVisit(variant, variants[variant], top + 24 + i * ROW, scale)),
  ].join('\n');
}

function drawVisit(name: string, spans: Spans, top: number, scale: (ms: number) => number): string {
  let start = 0;
  const bars = PARTS.map(({ until }, i) => {
    const end = Math.max(start, spans[until]?.p50 ?? start);
    const bar = `<rect class="part${i}" x="${LEFT + scale(start)}" y="${top}" width="${scale(end - start)}" height="18"/>`;
    start = end;
    return bar;
  });
  const [paint, number] = [spans.paint?.p50 ?? 0, spans.number];
  const slowest = LEFT + scale(number?.p95 ?? start);
  return [
    `<text x="34" y="${top + 13}">${name}</text>`,
    ...bars,
    `<line class="slow" x1="${LEFT + scale(start)}" x2="${slowest}" y1="${top + 9}" y2="${top + 9}"/>`,
    `<circle class="paint" cx="${LEFT + scale(paint)}" cy="${top + 9}" r="4"/>`,
    `<text class="value" x="${slowest + 8}" y="${top + 13}">${Math.round(number?.p50 ?? NaN)}</text>`,
  ].join('\n');
}

const describe = ({ name, variants }: Condition): string =>
  `${name}: ${VARIANTS.map((variant) => `${variant} ${Math.round(variants[variant].number?.p50 ?? NaN)} ms`).join(', ')}.`;

const STYLE = `<style>
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #40464d; }
  .paper { fill: #ffffff; } .title { font-size: 18px; font-weight: 600; fill: #14181c; } .head, .value { font-weight: 600; fill: #14181c; }
  .part0 { fill: #a7b0ba; } .part1 { fill: #b8480a; } .part2 { fill: #e58a3c; } .part3 { fill: #1f5fd0; } .part4 { fill: #7aa5ee; } .part5 { fill: #2c8a57; }
  .slow { stroke: #6b737c; } .paint { fill: #ffffff; stroke: #14181c; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #b4bcc6; } .paper { fill: #14181d; } .title, .head, .value { fill: #f1f4f7; }
    .part0 { fill: #5d6773; } .part1 { fill: #e0702e; } .part2 { fill: #ffb27d; } .part3 { fill: #5b93f5; } .part4 { fill: #a9c8ff; } .part5 { fill: #5cc48d; }
    .slow { stroke: #98a2ad; } .paint { fill: #14181d; stroke: #f1f4f7; }
  }
</style>`;
