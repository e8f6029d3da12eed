import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['cli/main.mjs', 'bench', ...args]);

test('npm run bench -- --quick --only cold-start prints figures and goals', async () => {
  const { stdout } = await bench('--quick', '--only', 'cold-start');
  assert.match(stdout, /updater: \d+ KB, [\d.]+ ms; with aws-sdk v2: \d+ KB/);
  assert.match(stdout, /^(met|MISSED) +updater: bundle of at most 120 KB/m);
  const results = JSON.parse(await readFile('bench/results/quick.json', 'utf8')) as {
    coldStart: { functions: unknown[] };
  };
  assert.ok(results.coldStart.functions.length === 2);
});
