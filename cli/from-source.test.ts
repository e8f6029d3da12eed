import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { isUnchanged, type BuildInputs } from '../shared/build-inputs.ts';

test('npm start is compiled once, with everything that it loads and without the other commands', async () => {
  const kept = [];
  for (const attempt of ['first', 'second']) {
    const { stdout } = await promisify(execFile)(process.execPath, ['cli/main.mjs', 'start', '--help']);
    assert.match(stdout, /^Usage: npm start/, attempt);
    kept.push(readFileSync('.cache/program/inputs.json', 'utf8'));
  }
  assert.equal(kept[0], kept[1], 'the second call compiles nothing');
  const { program, inputs } = JSON.parse(kept[0]!) as { program: string; inputs: BuildInputs };
  assert.ok(['cli/commands/start.ts', 'local-cloud/index.ts'].every((file) => inputs.files.includes(file)));
  assert.ok(!inputs.files.includes('cli/commands/deploy.ts'), 'other commands are not compiled');
  assert.ok(isUnchanged('.', inputs), 'cli/from-source.mjs computes the same hash');
  assert.match(readFileSync(`.cache/program/${program}`, 'utf8'), /runProgram/);
});

test('a reader that closes the pipe early is no error', async () => {
  const child = spawn(process.execPath, ['cli/main.mjs', 'start', '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [errors, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.deepEqual([errors, exitCode], ['', 0]);
});
