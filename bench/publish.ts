/** Writes a run's figures to where people and pages read them: two documents, site/how/storm.json and contract/visit-units.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { PROJECT } from './build.ts';
import { VARIANTS, type ColdVisit } from './cold-visit/index.ts';
import { POINTS } from './cold-visit/marks.ts';
import type { Results } from './results.ts';
import type { StormRow } from './storms/index.ts';
import { STAY_MINUTES } from './storms/meter.ts';

/** @returns the files, absolute */
export async function publish(results: Results): Promise<string[]> {
  const files: string[] = [];
  for (const [path, tables] of Object.entries(tablesOf(results))) {
    const file = join(PROJECT, path);
    await writeFile(file, withTables(await readFile(file, 'utf8'), tables));
    files.push(file);
  }
  const update = async (path: string, figures: object | undefined) => {
    if (!figures) return;
    const file = join(PROJECT, path);
    const old = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      await format(JSON.stringify({ ...old, ...figures }), { parser: 'json', printWidth: 110 }),
    );
    files.push(file);
  };
  await update('site/how/storm.json', crowdOf(results));
  await update('contract/visit-units.json', visitOf(results));
  return files;
}

/** The storm in front of 1,000 viewers, for /how. */
function crowdOf({ storms = [] }: Results): object | undefined {
  const row = storms.find(({ plan }) => plan.viewers === 1_000);
  if (!row) return undefined;
  const { machine, plan, ours, firstDesign } = row;
  return {
    measured: machine.date,
    ours: {
      posts: ours.storm.metered.posts.delivered,
      dollarsPerMillion: ours.storm.dollars.total,
      agreedSeconds: Math.round((ours.storm.agreedMs ?? NaN) / 100) / 10,
    },
    firstDesign: {
      posts: firstDesign.storm.metered.posts.delivered + firstDesign.storm.undeliveredPosts,
      dollarsPerMillion: firstDesign.storm.dollars.total,
      stoppedAfterSeconds: plan.patienceMs / 1000,
    },
  };
}

/** The units of a lone visit: `hello`, its answer and its own broadcast are three messages. */
function visitOf({ storms = [] }: Results): object | undefined {
  const row = storms.find(({ plan }) => plan.viewers === 10);
  if (!row) return undefined;
  const { metered, repeats } = row.ours.lone;
  const functions = Object.values(metered.functions);
  const perVisit = (sum: number) => Math.round((10_000 * sum) / repeats) / 10_000;
  return {
    measured: row.machine.date,
    units: {
      message: 3,
      connectionMinute: STAY_MINUTES,
      lambdaRequest: perVisit(functions.reduce((sum, { invocations }) => sum + invocations, 0)),
      gbSecond: perVisit(functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0)),
      writeUnit: perVisit(metered.writeUnits),
      readUnit: perVisit(metered.readUnits),
      // Its arrival changes count.json, which is compared and written.
      s3Put: 1,
      s3Get: 1,
    },
  };
}

/** Replaces what is between `<!-- NAME -->` and `<!-- end of NAME -->`. @throws if the document has no such place */
export function withTables(document: string, tables: Record<string, string[][]>): string {
  let text = document;
  for (const [name, rows] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The document has no place ${start} … ${end}.`);
    const [head = [], ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
    const rule = `|${'---|'.repeat(rows[0]?.length ?? 0)}`;
    text = `${text.slice(0, from)}${start}\n\n${[head, rule, ...body].join('\n')}\n\n${text.slice(to)}`;
  }
  return text;
}

/** @returns by document, the tables of the parts that have figures: rows of cells, the first one is the head */
export function tablesOf(results: Results): Record<string, Record<string, string[][]>> {
  const { steadyState } = results;
  return {
    'bench/README.md': benchTables(results),
    'docs/cost.md': steadyState
      ? {
          'steady state': [
            ['viewers at once', 'this', 'the first design'],
            ...steadyState.map(({ viewers, ours, firstDesign }) => [
              number(viewers),
              dollars(ours.dollars.total),
              dollars(firstDesign.dollars.total),
            ]),
          ],
        }
      : {},
  };
}

function benchTables({
  storms,
  steadyState,
  basics,
  coldStart,
  coldVisit,
  paint,
}: Results): Record<string, string[][]> {
  return {
    ...(storms && { storms: stormTable(storms), 'single visits': loneTable(storms) }),
    ...(steadyState && {
      'steady state': [
        ['viewers', 'posts per visit', 'ours', 'first design'],
        ...steadyState.map(({ viewers, ours, firstDesign }) => [
          number(viewers),
          String(ours.postsPerVisit),
          `**${dollars(ours.dollars.total)}**`,
          dollars(firstDesign.dollars.total),
        ]),
      ],
    }),
    ...(basics && {
      basics: [
        ['', ''],
        ['second start, until the URL is printed', `${basics.secondStartMs} ms (median of three)`],
        ['production dependencies', `${basics.nodeModulesMB} MB`],
        ['visits made durable while 5,000 pages open', `${basics.connectRate} a second`],
        ['connections open at the same time', number(basics.openConnections.open)],
        [
          'signed posts through the management API',
          `${number(basics.postRate.postsPerSecond)} a second; ${number(basics.postRate.postsPerCpuSecond)} per second of CPU time`,
        ],
        ...basics.visits.map(({ viewers, ours, plain }) => [
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
      ],
    }),
    ...(coldStart && {
      'cold start': [
        ['function', 'bundle', 'v2', 'init', 'v2'],
        ...coldStart.functions.map(({ name, ours, v2 }) => [
          name,
          `${number(ours.bytes / 1000)} KB`,
          `${number(v2.bytes / 1000)} KB`,
          `${ours.initMs} ms`,
          `${v2.initMs} ms`,
        ]),
      ],
    }),
    ...(coldVisit && {
      'cold visit': coldVisitTable(coldVisit),
      memory: [
        ['memory', 'cold visit', 'warm visit', 'Lambda, a million warm visits'],
        ...coldVisit.memory.map(({ memoryMB, coldMs, warmMs, dollarsPerMillion }) => [
          `${number(memoryMB)} MB`,
          `${Math.round(coldMs)} ms`,
          `${Math.round(warmMs)} ms`,
          dollars(dollarsPerMillion),
        ]),
      ],
    }),
  };
}

function stormTable(storms: StormRow[]): string[][] {
  const design = ({ storm }: StormRow['ours'], name: string, viewers: number, patienceMs: number) => {
    const { metered, seen, agreedMs, undeliveredPosts } = storm;
    const functions = Object.values(metered.functions);
    const stopped = agreedMs === undefined || agreedMs === null;
    return [
      number(viewers),
      name,
      number(metered.posts.delivered) +
        (undeliveredPosts > 0 ? `, and ${number(undeliveredPosts)} undelivered` : ''),
      `${number(metered.readUnits)} / ${number(metered.writeUnits)}`,
      `${number(functions.reduce((sum, { invocations }) => sum + invocations, 0))} / ${functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0).toFixed(1)}`,
      `${time(seen.p50)} / ${time(seen.p99)}`,
      stopped ? `stopped after ${patienceMs / 1000} s` : time(agreedMs),
      dollars(storm.dollars.total),
    ];
  };
  return [
    [
      'viewers',
      'design',
      'posts',
      'read / write units',
      'invocations / GB-s',
      'visit → seen p50 / p99',
      'all agree after',
      'dollars per million such visits',
    ],
    ...storms.flatMap(({ plan: { viewers, patienceMs }, ours, firstDesign, plain: { storm } }) => [
      design(ours, 'ours', viewers, patienceMs),
      design(firstDesign, 'first design', viewers, patienceMs),
      [
        number(viewers),
        'plain ws',
        number(storm.messages),
        '–',
        '–',
        `${time(storm.seen.p50)} / ${time(storm.seen.p99)}`,
        time(storm.agreedMs),
        '–',
      ],
    ]),
  ];
}

const loneTable = (storms: StormRow[]): string[][] => [
  [
    'viewers',
    'ours',
    'first design',
    'plain ws',
    'our posts',
    'dollars per million such visits, ours / first design',
  ],
  ...storms.map(({ plan, ours, firstDesign, plain }) => [
    number(plan.viewers),
    time(ours.lone.seenByAllMs),
    time(firstDesign.lone.seenByAllMs),
    time(plain.lone.seenByAllMs),
    number(ours.lone.metered.posts.delivered / ours.lone.repeats),
    `${dollars(ours.lone.dollars.total)} / ${dollars(firstDesign.lone.dollars.total)}`,
  ]),
];

const POINT_NAMES: Record<(typeof POINTS)[number], string> = {
  response: 'page received',
  paint: 'first paint',
  handshakeSent: 'handshake sent',
  functionStarted: 'function started',
  initialised: 'module loaded',
  transactionSent: 'transaction sent',
  transactionDone: 'transaction answered',
  opened: 'handshake answered',
  number: 'own number shown',
  broadcast: 'own broadcast received',
};

function coldVisitTable({ conditions }: ColdVisit): string[][] {
  return [
    ['conditions', 'until', ...VARIANTS],
    ...conditions.flatMap(({ name, variants }) =>
      POINTS.map((point) => [
        name,
        POINT_NAMES[point],
        ...VARIANTS.map((variant) => {
          const span = variants[variant][point];
          return span ? `${Math.round(span.p50)} / ${Math.round(span.p95)} ms` : '–';
        }),
      ]),
    ),
  ];
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
/** JSON has no infinity: `null` means that it had not happened. */
const time = (ms: number | null | undefined): string =>
  ms === null || ms === undefined || !Number.isFinite(ms)
    ? 'stopped'
    : ms >= 1000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.round(ms)} ms`;
