/**
 * The table of scenarios. Every scenario prints its row; with FAULTS_REPORT=1 it is also written to docs/faults.md, in the place of the row
 * of that name.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../../cli/setup/lock.mjs';

const DOCUMENT = fileURLToPath(new URL('../../../docs/faults.md', import.meta.url));
const LOCK = fileURLToPath(new URL('../../../.cache/faults-report.lock', import.meta.url));
const TABLE_END = '<!-- end of the table -->';

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
  const line = lineOf(row);
  t.diagnostic(line);
  if (process.env['FAULTS_REPORT'] !== '1') return;
  await withLock(
    LOCK,
    () => {},
    async () => writeFile(DOCUMENT, withRow(await readFile(DOCUMENT, 'utf8'), row.scenario, line)),
  );
}

function lineOf({ scenario, tried, lost, doubled, behind, countMs, viewersMs }: Row): string {
  const seconds = (ms: number | undefined) => (ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`);
  const cells = [scenario, tried, lost, doubled, behind ?? '–', seconds(countMs), seconds(viewersMs)];
  return `| ${cells.join(' | ')} |`;
}

/** The document with this scenario's line replaced, or added to the table's end. */
function withRow(document: string, scenario: string, line: string): string {
  const lines = document.split('\n');
  const old = lines.findIndex((text) => text.startsWith(`| ${scenario} |`));
  if (old >= 0) lines[old] = line;
  else lines.splice(lines.indexOf(TABLE_END), 0, line);
  return lines.join('\n');
}
