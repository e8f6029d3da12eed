/** Tests of the broadcaster's model. Each prints the number of states and violations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportRow } from '../../support/report-table.ts';
import { explore, type Bounds } from './model.ts';
import type { Mistake } from './model-attempt.ts';

export function checkModel(bounds: Partial<Bounds>): void {
  const events = Object.entries(bounds).map(([name, times]) => `${name}: ${times}`);
  test(`no page is left behind and no count falls (${events.join(', ')})`, async (t) => {
    const { states, violations } = await explore(bounds);
    const table = {
      document: 'decisions/0002-what-a-broadcast-costs.md',
      name: 'model',
      variable: 'FAULTS_REPORT',
    };
    await reportRow(t, table, [events.join(', '), states, violations.size]);
    assert.deepEqual(Object.fromEntries(violations), {});
  });
}

export function findMistake(mistake: Mistake, bounds: Partial<Bounds>): void {
  test(`finds the mistake: ${mistake}`, async (t) => {
    const { states, violations } = await explore(bounds, mistake);
    const [violation = 'nothing found', steps = []] = [...violations][0] ?? [];
    t.diagnostic(`${violation}, after ${steps.length} steps and ${states} states`);
    assert.equal(violations.size, 1);
  });
}
