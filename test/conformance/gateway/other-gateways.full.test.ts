/**
 * The same facts against other local gateways, for the tables in docs/fidelity.md. Their differences do not fail this test. It takes about ten
 * minutes, because many facts wait for what never arrives, so it runs only on request.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { requirement } from '../../support/tools.ts';
import { CHAPTERS } from './chapters.ts';
import type { Outcome } from './fact.ts';
import { fetchSandbox } from './targets/architect-sandbox.ts';
import type { Column } from './targets/examine.ts';
import type { Figures } from './targets/measure.ts';
import { fetchServerlessOffline } from './targets/serverless-offline.ts';

const EXAMINE = fileURLToPath(new URL('targets/examine.ts', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../../docs/fidelity.md', import.meta.url));
const MARKS = ['<!-- gateways -->', '<!-- end of gateways -->'] as const;
const TIMEOUT_MS = 1_800_000;

if (process.env['CONFORMANCE_REPORT'] === '1') {
  const skip = await missingPackages();
  test('compares other local gateways with the local cloud', { skip, timeout: TIMEOUT_MS }, async () => {
    const columns: Column[] = [];
    for (const program of ['localCloud', 'serverlessOffline', 'architectSandbox'])
      columns.push(await examine(program));
    const [ours, ...others] = columns as [Column, ...Column[]];

    assert.deepEqual(
      Object.entries(ours.outcomes).filter(([, outcome]) => outcome !== 'holds'),
      [],
    );
    await writeReport(reportOf(columns));
    for (const { name, outcomes } of others) {
      const holding = Object.values(outcomes).filter((outcome) => outcome === 'holds');
      // Fewer would mean that the harness does not reach the program.
      assert.ok(holding.length >= 10, `${holding.length} facts hold on ${name}`);
    }
  });
}

async function examine(program: string): Promise<Column> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', EXAMINE, program], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Column;
}

async function missingPackages(): Promise<string | false> {
  try {
    await Promise.all([fetchSandbox(), fetchServerlessOffline()]);
    return false;
  } catch (error) {
    const [problem] = (error as Error).message.split('\n', 1);
    return requirement({
      what: 'serverless-offline and Architect Sandbox',
      found: false,
      install: `the npm registry must be reachable once (${problem})`,
    });
  }
}

const SYMBOLS: Record<Outcome, string> = {
  holds: 'yes',
  differs: '**no**',
  crashes: '**crash**',
  untested: '–',
};

function reportOf(columns: Column[]): string {
  const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  const table = (first: string, rows: string[]) => [
    row([first, ...columns.map(({ name }) => name)]),
    row(['---', ...columns.map(() => '---')]),
    ...rows,
  ];
  const total = ({ outcomes }: Column) => {
    const tested = Object.values(outcomes).filter((outcome) => outcome !== 'untested');
    return `${tested.filter((outcome) => outcome === 'holds').length} of ${tested.length}`;
  };
  const figure = (name: string, read: (figures: Figures) => string | number) =>
    row([name, ...columns.map(({ figures }) => read(figures))]);
  return [
    `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}:`,
    '',
    ...table('measured', [
      row(['facts that hold, of those tested', ...columns.map(total)]),
      figure('start until the first connection', ({ startMs }) => `${(startMs / 1000).toFixed(1)} s`),
      figure('connections a second', ({ connectsPerSecond }) => connectsPerSecond),
      figure('posts a second', ({ postsPerSecond }) => postsPerSecond),
      figure('memory after that', ({ megabytes }) => `${megabytes} MB`),
      figure('load average of the machine meanwhile', ({ loadAverage }) => loadAverage.toFixed(1)),
    ]),
    ...CHAPTERS.flatMap(({ title, facts }) => [
      '',
      ...table(
        title,
        facts.map(({ name }) =>
          row([name.replaceAll('|', '\\|'), ...columns.map(({ outcomes }) => SYMBOLS[outcomes[name]!])]),
        ),
      ),
    ]),
  ].join('\n');
}

async function writeReport(report: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const [start, end] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
  assert.ok(start >= 0 && end > start, 'docs/fidelity.md contains the marks');
  await writeFile(DOCUMENT, `${text.slice(0, start + MARKS[0].length)}\n\n${report}\n\n${text.slice(end)}`);
}
