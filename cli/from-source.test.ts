import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('npm start is compiled with everything that it loads, and without the other commands', async () => {
  // The first call compiles where a source has changed.
  for (const attempt of ['first', 'second']) {
    const args = ['cli/main.mjs', 'start', '--help'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    assert.match(stdout, /^Usage: npm start/, attempt);
  }
  const { program, inputs } = JSON.parse(readFileSync('.cache/program/inputs.json', 'utf8')) as {
    program: string;
    inputs: Record<string, number>;
  };
  assert.ok('cli/commands/start.ts' in inputs && 'local-cloud/index.ts' in inputs);
  assert.ok(!('cli/commands/deploy.ts' in inputs), 'other commands are not compiled');
  assert.match(readFileSync(`.cache/program/${program}`, 'utf8'), /runProgram/);
});
