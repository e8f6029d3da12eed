/** One picture of the storms: messages, cost and time for audiences of different sizes, on a logarithmic scale. */
import type { StormRow } from './storms/index.ts';
import { LEFT, round, svgOf } from './svg.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

type Design = 'plain' | 'firstDesign' | 'ours';

/** `labelAt`: pixels below a point. The control has no labels: its figures are in the JSON. */
const DESIGNS: Record<Design, { name: string; labelAt?: number }> = {
  plain: { name: 'plain ws (control)' },
  firstDesign: { name: 'the first design', labelAt: -11 },
  ours: { name: 'this project', labelAt: 20 },
};

interface Panel {
  title: string;
  format: (value: number) => string;
  /** `undefined` if the design has no such figure; `null` or infinite if it had not happened when the run was stopped. */
  valueOf: (row: StormRow, design: Design) => number | null | undefined;
  /** Whether the value of a stopped run includes its undelivered posts. */
  includesUndelivered: boolean;
}

const PANELS: Panel[] = [
  {
    title: 'messages to pages',
    format: number,
    valueOf(row, design) {
      if (design === 'plain') return row.plain.storm.messages;
      const { metered, undeliveredPosts } = row[design].storm;
      return metered.posts.delivered + undeliveredPosts;
    },
    includesUndelivered: true,
  },
  {
    title: 'dollars per million such visits',
    format: (value) => `$${number(value)}`,
    valueOf: (row, design) => (design === 'plain' ? undefined : row[design].storm.dollars.total),
    includesUndelivered: true,
  },
  {
    title: 'from a visit to a viewer’s screen (median)',
    format: (value) =>
      value >= 1000 ? `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s` : `${number(value)} ms`,
    valueOf: (row, design) => row[design].storm.seen.p50,
    includesUndelivered: false,
  },
];

const TOP = 112;
const SIZE = { width: 276, height: 210, gap: 38, inset: 38 };
const BOTTOM = TOP + SIZE.height;

/** @param rows at least one @returns an SVG for light and dark mode */
export function plotOf(rows: readonly StormRow[]): string {
  const { rate, seconds } = rows[0]!.plan;
  const isAnyStopped = rows.some((row) => isStopped(row, 'ours') || isStopped(row, 'firstDesign'));
  return svgOf({
    height: 400,
    title: `A storm of ${number(rate * seconds)} visits, by the number of viewers`,
    description: PANELS.map((panel) => describe(panel, rows)).join(' '),
    style: STYLE,
    body: [
      ...(['ours', 'firstDesign', 'plain'] as const).map((design, i) => {
        const x = LEFT + i * 150;
        return `<g class="${design}"><line class="line" x1="${x}" x2="${x + 22}" y1="61" y2="61"/><circle class="dot" cx="${x + 11}" cy="61" r="4.5"/><text x="${x + 30}" y="65">${DESIGNS[design].name}</text></g>`;
      }),
      ...PANELS.map((panel, i) => drawPanel(panel, rows, LEFT + i * (SIZE.width + SIZE.gap))),
      `<text x="${LEFT}" y="384">Logarithmic scale.${isAnyStopped ? ' Hollow: stopped before everyone had seen it; includes the undelivered posts.' : ''}</text>`,
    ],
  });
}

const STYLE = {
  light: `.grid { stroke: #e3e6e9; } .middle { text-anchor: middle; }
  .ours { --c: #1f5fd0; } .firstDesign { --c: #b8480a; } .plain { --c: #6b737c; }
  .line { fill: none; stroke: var(--c); stroke-width: 2; } .dot { fill: var(--c); stroke: var(--c); stroke-width: 2; }
  .plain .line { stroke-dasharray: 4 4; } .value { fill: var(--c); font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
  .hollow { fill: #ffffff; }`,
  dark: `.hollow { fill: #14181d; } .grid { stroke: #2c333b; }
    .ours { --c: #7fb0ff; } .firstDesign { --c: #ff9d5c; } .plain { --c: #98a2ad; } .value { stroke: #14181d; }`,
};

const isStopped = (row: StormRow, design: Design): boolean =>
  design !== 'plain' && row[design].storm.undeliveredPosts > 0;

interface Point {
  row: StormRow;
  /** `undefined` if it had not happened when the run was stopped. */
  value: number | undefined;
}

function pointsOf({ valueOf }: Panel, rows: readonly StormRow[], design: Design): Point[] {
  return rows.flatMap((row) => {
    const value = valueOf(row, design);
    if (value === undefined) return [];
    return [{ row, value: value !== null && Number.isFinite(value) ? value : undefined }];
  });
}

const DRAWN = Object.keys(DESIGNS) as Design[];

function drawPanel(panel: Panel, rows: readonly StormRow[], left: number): string {
  const values = DRAWN.flatMap((design) => pointsOf(panel, rows, design)).flatMap(({ value }) => value ?? []);
  // Room for the labels above and below.
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))) - 0.25);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) + 0.15));
  const y = (value: number) => round(BOTTOM - ((Math.log10(value) - low) / (high - low)) * SIZE.height);
  const step = (SIZE.width - 2 * SIZE.inset) / Math.max(1, rows.length - 1);
  const x = (row: StormRow) => round(left + SIZE.inset + rows.indexOf(row) * step);
  const decades = Array.from({ length: high - low + 1 }, (_, i) => y(10 ** (low + i)));
  return [
    `<text class="strong" x="${left}" y="${TOP - 18}">${panel.title}</text>`,
    ...decades.map(
      (at) => `<line class="grid" x1="${left}" x2="${left + SIZE.width}" y1="${at}" y2="${at}"/>`,
    ),
    ...rows.map(
      (row) =>
        `<text class="middle" x="${x(row)}" y="${BOTTOM + 22}">${number(row.plan.viewers)} viewers</text>`,
    ),
    ...DRAWN.map((design) => drawDesign(panel, rows, design, x, y)),
  ].join('\n');
}

function drawDesign(
  panel: Panel,
  rows: readonly StormRow[],
  design: Design,
  x: (row: StormRow) => number,
  y: (value: number) => number,
): string {
  const { labelAt } = DESIGNS[design];
  const points = pointsOf(panel, rows, design);
  const known = points.filter((point): point is Point & { value: number } => point.value !== undefined);
  const label = (row: StormRow, at: number, text: string) =>
    `<text class="value middle" x="${x(row)}" y="${at}">${text}</text>`;
  return [
    `<g class="${design}">`,
    `<polyline class="line" points="${known.map(({ row, value }) => `${x(row)},${y(value)}`).join(' ')}"/>`,
    ...known.map(({ row, value }) => {
      const hollow = panel.includesUndelivered && isStopped(row, design) ? ' hollow' : '';
      return `<circle class="dot${hollow}" cx="${x(row)}" cy="${y(value)}" r="4.5"/>`;
    }),
    ...(labelAt === undefined
      ? []
      : known.map(({ row, value }) => label(row, y(value) + labelAt, panel.format(value)))),
    ...points
      .filter(({ value }) => value === undefined)
      .map(({ row }) => label(row, TOP + 6, 'stopped before')),
    '</g>',
  ].join('\n');
}

function describe(panel: Panel, rows: readonly StormRow[]): string {
  const lines = DRAWN.flatMap((design) => {
    const values = pointsOf(panel, rows, design).map(
      ({ row, value }) =>
        `${value === undefined ? 'not seen' : panel.format(value)} at ${number(row.plan.viewers)} viewers`,
    );
    return values.length > 0 ? [`${DESIGNS[design].name} ${values.join(', ')}`] : [];
  });
  return `${panel.title}: ${lines.join('; ')}.`;
}
