/** One picture of the cold visit: the parts of the time until the visitor's own number. */
import { LEFT, round, svgOf, WIDTH } from '../svg.ts';
import { VARIANTS, type Condition, type Spans } from './index.ts';

const BARS = 170;
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
  const scale = (ms: number) => round((ms * (WIDTH - BARS - RIGHT)) / longest);
  const height = TOP + conditions.length * (VARIANTS.length * ROW + GAP) + 24;
  return svgOf({
    height,
    title: 'A cold visit: from the click to the visitor’s own number',
    description: conditions.map(describe).join(' '),
    style: STYLE,
    body: [
      ...PARTS.map(({ name }, i) => {
        const [x, y] = [LEFT + (i % 3) * 220, 60 + Math.floor(i / 3) * 18];
        return `<rect class="part${i}" x="${x}" y="${y - 10}" width="12" height="12"/><text x="${x + 18}" y="${y}">${name}</text>`;
      }),
      ...conditions.map((condition, i) =>
        drawCondition(condition, TOP + i * (VARIANTS.length * ROW + GAP), scale),
      ),
      `<text x="${LEFT}" y="${height - 14}">Medians of ${conditions[0]?.visits ?? 0} visits (${conditions.at(-1)?.visits ?? 0} with round trips) in milliseconds. Circle: first paint. Line: up to the 95th percentile.</text>`,
    ],
  });
}

function drawCondition({ name, variants }: Condition, top: number, scale: (ms: number) => number): string {
  return [
    `<text class="strong" x="${LEFT}" y="${top + 14}">${name}</text>`,
    ...VARIANTS.map((variant, i) => drawVisit(variant, variants[variant], top + 24 + i * ROW, scale)),
  ].join('\n');
}

function drawVisit(name: string, spans: Spans, top: number, scale: (ms: number) => number): string {
  let start = 0;
  const bars = PARTS.map(({ until }, i) => {
    const end = Math.max(start, spans[until]?.p50 ?? start);
    const bar = `<rect class="part${i}" x="${BARS + scale(start)}" y="${top}" width="${scale(end - start)}" height="18"/>`;
    start = end;
    return bar;
  });
  const [paint, number] = [spans.paint?.p50 ?? 0, spans.number];
  const slowest = BARS + scale(number?.p95 ?? start);
  return [
    `<text x="${LEFT}" y="${top + 13}">${name}</text>`,
    ...bars,
    `<line class="slow" x1="${BARS + scale(start)}" x2="${slowest}" y1="${top + 9}" y2="${top + 9}"/>`,
    `<circle class="paint" cx="${BARS + scale(paint)}" cy="${top + 9}" r="4"/>`,
    `<text class="strong" x="${slowest + 8}" y="${top + 13}">${Math.round(number?.p50 ?? NaN)}</text>`,
  ].join('\n');
}

const describe = ({ name, variants }: Condition): string =>
  `${name}: ${VARIANTS.map((variant) => `${variant} ${Math.round(variants[variant].number?.p50 ?? NaN)} ms`).join(', ')}.`;

const STYLE = {
  light: `.part0 { fill: #a7b0ba; } .part1 { fill: #b8480a; } .part2 { fill: #e58a3c; } .part3 { fill: #1f5fd0; } .part4 { fill: #7aa5ee; } .part5 { fill: #2c8a57; }
  .slow { stroke: #6b737c; } .paint { fill: #ffffff; stroke: #14181c; stroke-width: 1.5; }`,
  dark: `.part0 { fill: #5d6773; } .part1 { fill: #e0702e; } .part2 { fill: #ffb27d; } .part3 { fill: #5b93f5; } .part4 { fill: #a9c8ff; } .part5 { fill: #5cc48d; }
    .slow { stroke: #98a2ad; } .paint { fill: #14181d; stroke: #f1f4f7; }`,
};
