/** One picture of the storms: messages, cost and time for audiences of different sizes, on a logarithmic scale. */
import type { StormRow } from './storms/index.ts';

interface Point {
  viewers: number;
  /** `undefined` if it had not happened when the run was stopped. */
  value: number | undefined;
  /** Whether the run was stopped. The value then includes the undelivered posts. */
  stopped: boolean;
}

interface Series {
  name: 'ours' | 'first design' | 'plain ws';
  points: Point[];
}

interface Panel {
  title: string;
  format: (value: number) => string;
  series: Series[];
}

const WIDTH = 960;
const HEIGHT = 400;
const PANEL = { width: 276, height: 210, top: 112, left: 34, gap: 38 };
const INSET = 38;

/** @returns an SVG for light and dark mode */
export function plotOf(rows: readonly StormRow[]): string {
  const panels = rows.length > 0 ? panelsOf(rows) : [];
  const visits = rows[0] ? rows[0].plan.rate * rows[0].plan.seconds : 0;
  const title = `A storm of ${number(visits)} visits, by the number of viewers`;
  const stopped = panels.some(({ series }) => series.some(({ points }) => points.some((p) => p.stopped)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t d">`,
    `<title id="t">${title}</title>`,
    `<desc id="d">${panels.map(describe).join(' ')}</desc>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="title" x="${PANEL.left}" y="38">${title}</text>`,
    legend(),
    ...panels.map(drawPanel),
    `<text x="${PANEL.left}" y="${HEIGHT - 16}">Logarithmic scale.${stopped ? ' Hollow: stopped before everyone had seen it; includes the undelivered posts.' : ''}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #40464d; }
  .paper { fill: #ffffff; } .title { font-size: 18px; font-weight: 600; fill: #14181c; } .head { font-weight: 600; fill: #14181c; }
  .grid { stroke: #e3e6e9; } .middle { text-anchor: middle; }
  .ours { --c: #1f5fd0; } .first { --c: #b8480a; } .plain { --c: #6b737c; }
  .line { fill: none; stroke: var(--c); stroke-width: 2; } .dot { fill: var(--c); stroke: var(--c); stroke-width: 2; }
  .plain .line { stroke-dasharray: 4 4; } .value { fill: var(--c); font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
  .hollow { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #b4bcc6; } .paper, .hollow { fill: #14181d; } .title, .head { fill: #f1f4f7; } .grid { stroke: #2c333b; }
    .ours { --c: #7fb0ff; } .first { --c: #ff9d5c; } .plain { --c: #98a2ad; } .value { stroke: #14181d; }
  }
</style>`;

function panelsOf(rows: readonly StormRow[]): Panel[] {
  const series = (
    name: Series['name'],
    read: (row: StormRow) => { value: number | null; stopped?: boolean } | undefined,
  ): Series => ({
    name,
    points: rows.flatMap((row) => {
      const point = read(row);
      if (!point) return [];
      const value = point.value !== null && Number.isFinite(point.value) ? point.value : undefined;
      return [{ viewers: row.plan.viewers, value, stopped: point.stopped ?? false }];
    }),
  });
  return [
    {
      title: 'messages to pages',
      format: number,
      series: [
        series('plain ws', ({ plain }) => ({ value: plain.storm.messages })),
        series('first design', ({ firstDesign: { storm } }) => ({
          value: storm.metered.posts.delivered + storm.undeliveredPosts,
          stopped: storm.undeliveredPosts > 0,
        })),
        series('ours', ({ ours: { storm } }) => ({ value: storm.metered.posts.delivered })),
      ],
    },
    {
      title: 'dollars per million such visits',
      format: (value) => `$${number(value)}`,
      series: [
        series('first design', ({ firstDesign: { storm } }) => ({
          value: storm.dollars.total,
          stopped: storm.undeliveredPosts > 0,
        })),
        series('ours', ({ ours: { storm } }) => ({ value: storm.dollars.total })),
      ],
    },
    {
      title: 'from a visit to a viewer’s screen (median)',
      format: (value) =>
        value >= 1000 ? `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s` : `${number(value)} ms`,
      series: [
        series('plain ws', ({ plain }) => ({ value: plain.storm.seen.p50 })),
        series('first design', ({ firstDesign: { storm } }) => ({ value: storm.seen.p50 })),
        series('ours', ({ ours: { storm } }) => ({ value: storm.seen.p50 })),
      ],
    },
  ];
}

function drawPanel(panel: Panel, index: number): string {
  const left = PANEL.left + index * (PANEL.width + PANEL.gap);
  const bottom = PANEL.top + PANEL.height;
  const values = panel.series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  // Room for the labels above and below.
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))) - 0.25);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) + 0.15));
  const y = (value: number) => round(bottom - ((Math.log10(value) - low) / (high - low)) * PANEL.height);
  const viewers = [...new Set(panel.series.flatMap(({ points }) => points.map((point) => point.viewers)))];
  const step = (PANEL.width - 2 * INSET) / Math.max(1, viewers.length - 1);
  const x = (size: number) => round(left + INSET + viewers.indexOf(size) * step);
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return [
    `<text class="head" x="${left}" y="${PANEL.top - 18}">${panel.title}</text>`,
    ...decades.map(
      (decade) =>
        `<line class="grid" x1="${left}" x2="${left + PANEL.width}" y1="${y(10 ** decade)}" y2="${y(10 ** decade)}"/>`,
    ),
    ...viewers.map(
      (size) => `<text class="middle" x="${x(size)}" y="${bottom + 22}">${number(size)} viewers</text>`,
    ),
    ...panel.series.map((series) => drawSeries(series, panel.format, x, y)),
  ].join('\n');
}

function drawSeries(
  { name, points }: Series,
  format: Panel['format'],
  x: (viewers: number) => number,
  y: (value: number) => number,
): string {
  const known = points.filter((point): point is Point & { value: number } => point.value !== undefined);
  const below = name !== 'first design';
  return [
    `<g class="${CLASSES[name]}">`,
    `<polyline class="line" points="${known.map(({ viewers, value }) => `${x(viewers)},${y(value)}`).join(' ')}"/>`,
    ...known.map(
      ({ viewers, value, stopped }) =>
        `<circle class="dot${stopped ? ' hollow' : ''}" cx="${x(viewers)}" cy="${y(value)}" r="4.5"/>`,
    ),
    // No labels for the control: its figures are in the JSON.
    ...(name === 'plain ws' ? [] : known).map(
      ({ viewers, value }) =>
        `<text class="value middle" x="${x(viewers)}" y="${y(value) + (below ? 20 : -11)}">${format(value)}</text>`,
    ),
    ...points
      .filter(({ value }) => value === undefined)
      .map(
        ({ viewers }) =>
          `<text class="value middle" x="${x(viewers)}" y="${PANEL.top + 6}">stopped before</text>`,
      ),
    '</g>',
  ].join('\n');
}

const CLASSES = { ours: 'ours', 'first design': 'first', 'plain ws': 'plain' } as const;
const NAMES = { ours: 'this project', 'first design': 'the first design', 'plain ws': 'plain ws (control)' };

function legend(): string {
  return (['ours', 'first design', 'plain ws'] as const)
    .map((name, i) => {
      const x = PANEL.left + i * 150;
      return `<g class="${CLASSES[name]}"><line class="line" x1="${x}" x2="${x + 22}" y1="61" y2="61"/><circle class="dot" cx="${x + 11}" cy="61" r="4.5"/><text x="${x + 30}" y="65">${NAMES[name]}</text></g>`;
    })
    .join('\n');
}

function describe({ title, format, series }: Panel): string {
  const lines = series.map(({ name, points }) => {
    const values = points.map(({ viewers, value }) =>
      value === undefined
        ? `not seen at ${number(viewers)} viewers`
        : `${format(value)} at ${number(viewers)} viewers`,
    );
    return `${NAMES[name]} ${values.join(', ')}`;
  });
  return `${title}: ${lines.join('; ')}.`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

const round = (value: number): number => Math.round(value * 10) / 10;
