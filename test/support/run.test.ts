import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

/** Runs test files with these sources, by name, one after the other. */
function runFiles(sources: Record<string, string>) {
  const folder = temporaryFolder();
  const files = Object.entries(sources).map(([name, source]) => {
    writeFileSync(join(folder, name), `import { test } from 'node:test';\n${source}`);
    return join(folder, name);
  });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--import', 'tsx', 'test/support/run.mjs', '1', '60000', 'true', ...files];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { status, stdout };
}

test('files run in the given order, and the slowest tests are listed', () => {
  const { status, stdout } = runFiles({
    'b.test.mjs': "test('given first', () => {});",
    'a.test.mjs': "test('given second', () => {});",
  });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /given first[^]*given second[^]*The slowest of 2 tests:/);
});

test('a failed test fails the run, and so does a file that ends early', () => {
  for (const source of ["test('fails', () => { throw new Error('no'); });", 'process.exit(3);'])
    assert.equal(runFiles({ 'a.test.mjs': source }).status, 1);
});
