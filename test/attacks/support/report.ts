import type { TestContext } from 'node:test';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportRow } from '../../support/report-table.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Attack {
  /** What the attacker does. */
  attack: string;
  /** What it did to the release before these tests existed. */
  before: string;
  /** What it does now, as measured by this run. */
  result: string;
  /** `import.meta.url` of the test. */
  test: string;
}

/** Prints a row of the table in docs/security.md; `ATTACKS_REPORT=1` writes it. */
export async function reportAttack(t: TestContext, { attack, before, result, test }: Attack): Promise<void> {
  const table = { document: 'security.md', name: 'attacks', variable: 'ATTACKS_REPORT' };
  const file = relative(PROJECT, fileURLToPath(test)).replaceAll('\\', '/');
  await reportRow(t, table, [attack, before, result, `\`${file}\``]);
}
