/** The tables that a run writes into documents: rows of cells, the first one is the head. */
import { VARIANTS, type ColdVisit } from './cold-visit/index.ts';
import { POINTS, type Point } from './cold-visit/marks.ts';
import { goalsOf } from './goals.ts';
import type { Results } from './results.ts';
import type { StormRow } from './storms/index.ts';
import type { DesignResult } from './storms/storm.ts';
import { sumOfFunctions } from './usage.ts';

export type Table = string[][];

/** @returns by document and name, the tables of the parts that have figures */
export function tablesOf(results: Results): Record<string, Record<string, Table>> {
  const { storms, steadyState, basics, coldStart, coldVisit, paint } = results;
  return {
    'bench/README.md': {
      ...(storms && { storms: stormTable(storms), 'single visits': loneTable(storms) }),
      ...(steadyState && {
        'steady state': table(steadyState, {
          viewers: ({ viewers }) => number(viewers),
          'posts per visit': ({ ours }) => String(ours.postsPerVisit),
          ours: ({ ours }) => `**${dollars(ours.dollars.total)}**`,
          'first design': ({ firstDesign }) => dollars(firstDesign.dollars.total),
        }),
      }),
      ...(basics && { basics: basicsTable(basics, paint) }),
      goals: table(goalsOf(results), {
        goal: ({ goal }) => goal,
        measured: ({ measured }) => measured,
        '': ({ met }) => (met ? 'met' : '**missed**'),
      }),
      ...(coldStart && {
        'cold start': table(coldStart.functions, {
          function: ({ name }) => name,
          bundle: ({ ours }) => `${number(ours.bytes / 1000)} KB`,
          'bundle, v2': ({ v2 }) => `${number(v2.bytes / 1000)} KB`,
          init: ({ ours }) => `${ours.initMs} ms`,
          'init, v2': ({ v2 }) => `${v2.initMs} ms`,
        }),
      }),
      ...(coldVisit && {
        'cold visit': coldVisitTable(coldVisit),
        memory: table(coldVisit.memory, {
          memory: ({ memoryMB }) => `${number(memoryMB)} MB`,
          'cold visit': ({ coldMs }) => `${Math.round(coldMs)} ms`,
          'warm visit': ({ warmMs }) => `${Math.round(warmMs)} ms`,
          'Lambda, a million warm visits': ({ dollarsPerMillion }) => dollars(dollarsPerMillion),
        }),
      }),
    },
    'docs/cost.md': {
      ...(steadyState && {
        'steady state': table(steadyState, {
          'viewers at once': ({ viewers }) => number(viewers),
          this: ({ ours }) => dollars(ours.dollars.total),
          'the first design': ({ firstDesign }) => dollars(firstDesign.dollars.total),
        }),
      }),
    },
  };
}

function table<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => string>): Table {
  return [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))];
}

function basicsTable(basics: NonNullable<Results['basics']>, paint: Results['paint']): Table {
  const { secondStartMs, nodeModulesMB, connectRate, openConnections, postRate, visits } = basics;
  return [
    ['', ''],
    ['second start, until the URL is printed', `${secondStartMs} ms (median of three)`],
    ['production dependencies', `${nodeModulesMB} MB`],
    ['visits made durable while 5,000 pages open', `${connectRate} a second`],
    ['connections open at the same time', number(openConnections.open)],
    [
      'signed posts through the management API',
      `${number(postRate.postsPerSecond)} a second; ${number(postRate.postsPerCpuSecond)} per second of CPU time`,
    ],
    ...visits.map(({ viewers, ours, plain }) => [
      `a single visit, ${number(viewers)} viewers: median viewer / last viewer`,
      `${ours.seen.p50} / ${ours.seenByAllMs} ms (plain ws ${plain.seen.p50} / ${plain.seenByAllMs} ms)`,
    ]),
    ...(paint
      ? [
          [
            'largest paint, and of a page with one line of text',
            `${paint.pageMs} / ${paint.controlMs} ms; ratio ${paint.ratio}`,
          ],
        ]
      : []),
  ];
}

function stormTable(storms: StormRow[]): Table {
  const rows = storms.flatMap(({ plan, ours, firstDesign, plain }) => [
    { plan, design: 'ours', storm: ours.storm, ...billed(ours) },
    { plan, design: 'first design', storm: firstDesign.storm, ...billed(firstDesign) },
    {
      plan,
      design: 'plain ws',
      storm: plain.storm,
      posts: number(plain.storm.messages),
      units: '–',
      compute: '–',
      cost: '–',
    },
  ]);
  return table(rows, {
    viewers: ({ plan }) => number(plan.viewers),
    design: ({ design }) => design,
    posts: ({ posts }) => posts,
    'read / write units': ({ units }) => units,
    'invocations / GB-s': ({ compute }) => compute,
    'visit → seen p50 / p99': ({ storm: { seen } }) => `${time(seen.p50)} / ${time(seen.p99)}`,
    'all agree after': ({ plan, storm: { agreedMs } }) =>
      agreedMs === undefined ? `stopped after ${plan.patienceMs / 1000} s` : time(agreedMs),
    'dollars per million such visits': ({ cost }) => cost,
  });
}

function billed({ storm: { metered, undeliveredPosts, dollars: cost } }: DesignResult) {
  const { invocations, gbSeconds } = sumOfFunctions(metered);
  const undelivered = undeliveredPosts > 0 ? `, and ${number(undeliveredPosts)} undelivered` : '';
  return {
    posts: number(metered.posts.delivered) + undelivered,
    units: `${number(metered.readUnits)} / ${number(metered.writeUnits)}`,
    compute: `${number(invocations)} / ${gbSeconds.toFixed(1)}`,
    cost: dollars(cost.total),
  };
}

const loneTable = (storms: StormRow[]): Table =>
  table(storms, {
    viewers: ({ plan }) => number(plan.viewers),
    ours: ({ ours }) => time(ours.lone.seenByAllMs),
    'first design': ({ firstDesign }) => time(firstDesign.lone.seenByAllMs),
    'plain ws': ({ plain }) => time(plain.lone.seenByAllMs),
    'our posts': ({ ours: { lone } }) => number(lone.metered.posts.delivered / lone.repeats),
    'dollars per million such visits, ours / first design': ({ ours, firstDesign }) =>
      `${dollars(ours.lone.dollars.total)} / ${dollars(firstDesign.lone.dollars.total)}`,
  });

function coldVisitTable({ conditions }: ColdVisit): Table {
  const points = Object.entries(POINTS) as [Point, string][];
  const rows = conditions.flatMap((condition) => points.map((point) => ({ ...condition, point })));
  return table(rows, {
    conditions: ({ name }) => name,
    until: ({ point: [, name] }) => name,
    ...Object.fromEntries(
      VARIANTS.map((variant) => [
        variant,
        ({ variants, point: [point] }: (typeof rows)[0]) => {
          const span = variants[variant][point];
          return span ? `${Math.round(span.p50)} / ${Math.round(span.p95)} ms` : '–';
        },
      ]),
    ),
  });
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
/** JSON has no infinity: `null` means that it had not happened. */
const time = (ms: number | null): string =>
  ms === null || !Number.isFinite(ms)
    ? 'stopped'
    : ms >= 1000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.round(ms)} ms`;
