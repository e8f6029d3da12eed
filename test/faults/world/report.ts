/**
 * The tables of scenarios and of units. Every row is printed; with FAULTS_REPORT=1 it is also written to docs/faults.md, in the place of
 * the row that begins as it does.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../../shared/lock.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/faults.md', import.meta.url));
const LOCK = fileURLToPath(new URL('../../../.cache/faults-report.lock', import.meta.url));

export interface Row {
  scenario: string;
  /** What was done, in numbers. */
  tried: string;
  lost: number;
  doubled: number;
  /** Pages left behind; missing where the scenario has no pages. */
  behind?: number;
  /** Until all open pages showed the final count, and the right viewers; milliseconds of the scenario's own time. */
  countMs?: number;
  viewersMs?: number;
}

export async function report(t: TestContext, row: Row): Promise<void> {
  const { scenario, tried, lost, doubled, behind, countMs, viewersMs } = row;
  const seconds = (ms: number | undefined) => (ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`);
  const cells = [tried, lost, doubled, behind ?? '–', seconds(countMs), seconds(viewersMs)];
  await writeRow(t, 'scenarios', [scenario, ...cells]);
}

/** @param table its end is marked in the document by a comment of that name */
export async function writeRow(
  t: TestContext,
  table: 'scenarios' | 'units',
  [key, ...cells]: readonly [string, ...(string | number)[]],
): Promise<void> {
  const line = `| ${[key, ...cells].join(' | ')} |`;
  t.diagnostic(line);
  if (process.env['FAULTS_REPORT'] !== '1') return;
  await withLock(LOCK, async () =>
    writeFile(DOCUMENT, withRow(await readFile(DOCUMENT, 'utf8'), { table, key, line })),
  );
}

/** The document with this line in the place of the one of the same key, or at the table's end. */
export function withRow(
  document: string,
  { table, key, line }: { table: string; key: string; line: string },
): string {
  const lines = document.split('\n');
  const old = lines.findIndex((text) => text.startsWith(`| ${key} |`));
  const end = lines.indexOf(`<!-- end of ${table} -->`);
  if (end < 0) throw new Error(`docs/faults.md has lost the mark of where the table of ${table} ends.`);
  if (old >= 0) lines[old] = line;
  else lines.splice(end, 0, line);
  return lines.join('\n');
}
