import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lab } from './index.ts';

test('an experiment that is closed while it starts leaves nothing running', async () => {
  const lab = new Lab();
  const started = lab.start();
  await lab.close();
  assert.deepEqual([lab.state.state, lab.watched], ['off', undefined]);
  await started;
  assert.deepEqual([lab.state.state, lab.watched], ['off', undefined]);
});
