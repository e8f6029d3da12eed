/**
 * The tables of scenarios and of units. Every row is printed; with FAULTS_REPORT=1 it is also written to docs/faults.md, in the place of
 * the row that begins as it does.
 */
import type { TestContext } from 'node:test';
import { reportRow } from '../../support/report-table.ts';

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

export function writeRow(
  t: TestContext,
  table: 'scenarios' | 'units',
  row: readonly [string, ...(string | number)[]],
): Promise<void> {
  return reportRow(t, { document: 'faults.md', name: table, variable: 'FAULTS_REPORT' }, row);
}
