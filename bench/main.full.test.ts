import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { missingChromium } from '../test/support/chromium.ts';

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

test('npm run bench -- --quick --only cold-visit opens real pages', { skip: missingChromium() }, async () => {
  const { stdout } = await bench('--quick', '--only', 'cold-visit');
  assert.match(
    stdout,
    /this machine, until its own number: ours, cold [\d.]+ ms; first design, cold [\d.]+ ms; ours, warm [\d.]+ ms/,
  );
  assert.match(stdout, /^(met|MISSED) +cold visit, this machine/m);
  assert.match(stdout, /quick-cold-visit\.svg/);
});

test('Ctrl-C stops a run, keeps what it has measured and leaves no stack trace', async () => {
  const child = spawn(process.execPath, ['cli/main.mjs', 'bench', '--quick', '--only', 'storms']);
  const errors = text(child.stderr);
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (!child.killed && output.includes('audience connected')) child.kill('SIGINT');
  }
  const [code] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
  assert.match(output, /Stopped\.\n$/);
  assert.deepEqual([code, await errors], [130, '']);
});
