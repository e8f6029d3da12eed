import type { TestContext } from 'node:test';
import { relative } from 'node:path';
import { reportRow } from '../../support/report-table.ts';

interface Attack {
  /** What the attacker does. */
  attack: string;
  /** What it did to the release before these tests existed. */
  before: string;
  /** What it does now, as measured by this run. */
  result: string;
}

/** Prints a row of the table in docs/security.md; `ATTACKS_REPORT=1` writes it. */
export async function reportAttack(t: TestContext, { attack, before, result }: Attack): Promise<void> {
  const table = { document: 'security.md', name: 'attacks', variable: 'ATTACKS_REPORT' };
  // Each test file is a process.
  const file = relative('.', process.argv[1]!).replaceAll('\\', '/');
  await reportRow(t, table, [attack, before, result, `\`${file}\``]);
}
