/**
 * Checks the facts on other local gateways, measures them, and writes the tables in docs/fidelity.md. Takes about ten minutes, because
 * many facts wait for what never arrives.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { CHAPTERS } from './chapters.ts';
import { checkFact, type Outcome } from './fact.ts';
import { startExternal } from './targets/external.ts';
import { localTarget } from './targets/local.ts';
import { measure, type Figures } from './targets/measure.ts';
import { architectSandbox, localCloud, serverlessOffline, type Program } from './targets/programs.ts';

const DOCUMENT = 'docs/fidelity.md';
const MARKS = /(?<=<!-- gateways -->\n\n)[^]*(?=\n\n<!-- end of gateways -->)/;
/** A fact that takes longer does not hold: waiting for what never arrives would take minutes. */
const FACT_TIMEOUT_MS = 2_500;

interface Column {
  name: string;
  /** By the fact's name. */
  outcomes: Record<string, Outcome>;
  figures: Figures;
}

async function examine(program: Program): Promise<Column> {
  let target = await startExternal(program);
  const figures = await measure(target);
  const outcomes: Column['outcomes'] = {};
  for (const fact of CHAPTERS.flatMap(({ facts }) => facts)) {
    // The local cloud's facts are verified in-process, where the clock can be moved.
    if (program === localCloud) {
      outcomes[fact.name] = await checkFact(fact, localTarget, 20_000);
      continue;
    }
    outcomes[fact.name] = await checkFact(fact, target, FACT_TIMEOUT_MS);
    if (target.hasEnded()) {
      outcomes[fact.name] = 'crashes';
      await target.stop();
      target = await startExternal(program);
    }
    console.error(`${program.name}, ${fact.name}: ${outcomes[fact.name]}`);
  }
  await target.stop();
  return { name: program.name, outcomes, figures };
}

const SYMBOLS: Record<Outcome, string> = {
  holds: 'yes',
  differs: '**no**',
  crashes: '**crash**',
  untested: '–',
};

const count = ({ outcomes }: Column, outcome: Outcome) =>
  Object.values(outcomes).filter((one) => one === outcome).length;

function reportOf(columns: Column[]): string {
  const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  const table = (first: string, rows: [string, (column: Column) => string | number][]) => [
    '',
    row([first, ...columns.map(({ name }) => name)]),
    row(['---', ...columns.map(() => '---')]),
    ...rows.map(([name, cell]) => row([name, ...columns.map(cell)])),
  ];
  return [
    `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}:`,
    ...table('measured', [
      [
        'facts that hold, of those tested',
        (column) =>
          `${count(column, 'holds')} of ${Object.keys(column.outcomes).length - count(column, 'untested')}`,
      ],
      ['start until the first connection', ({ figures }) => `${(figures.startMs / 1000).toFixed(1)} s`],
      ['connections a second', ({ figures }) => figures.connectsPerSecond],
      ['posts a second', ({ figures }) => figures.postsPerSecond],
      ['memory after that', ({ figures }) => `${figures.megabytes} MB`],
      ['load average of the machine meanwhile', ({ figures }) => figures.loadAverage.toFixed(1)],
    ]),
    ...CHAPTERS.flatMap(({ title, facts }) =>
      table(
        title,
        facts.map(({ name }) => [name.replaceAll('|', '\\|'), ({ outcomes }) => SYMBOLS[outcomes[name]!]]),
      ),
    ),
  ].join('\n');
}

// A fact that was given up may still fail later, and needs no report.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});

try {
  const columns: Column[] = [];
  for (const program of [localCloud, serverlessOffline, architectSandbox])
    columns.push(await examine(program));
  const [ours, ...others] = columns as [Column, ...Column[]];
  assert.equal(
    count(ours, 'holds'),
    Object.keys(ours.outcomes).length,
    'every fact holds on the local cloud',
  );
  // Fewer would mean that the harness does not reach the program.
  for (const other of others) assert.ok(count(other, 'holds') >= 10, `few facts hold on ${other.name}`);
  const text = await readFile(DOCUMENT, 'utf8');
  assert.match(text, MARKS);
  await writeFile(
    DOCUMENT,
    text.replace(MARKS, () => reportOf(columns)),
  );
} catch (error) {
  console.error(error);
  process.exit(1);
}
process.exit();
