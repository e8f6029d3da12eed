import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { takeDataDirectory } from './data-directory.ts';
import { identify } from './process-identity.ts';

let folder: string;
let path: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-directory-'));
  path = join(folder, 'deep', 'data');
  lock = join(path, 'server.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('takeDataDirectory', () => {
  it('makes the folder, names its holder, and gives it back', () => {
    const directory = takeDataDirectory(path);
    assert.deepEqual(JSON.parse(readFileSync(lock, 'utf8')), identify(process.pid));

    directory.release();

    assert.deepEqual(readdirSync(path), []);
    takeDataDirectory(path).release();
  });

  it('refuses a folder that a living process holds, and leaves the lock to it', () => {
    const directory = takeDataDirectory(path);

    assert.throws(() => takeDataDirectory(path), {
      code: 'DataDirectoryInUse',
      message: new RegExp(`process ${process.pid}`),
    });

    assert.deepEqual(readdirSync(path), ['server.lock']);
    directory.release();
  });

  for (const [what, content] of [
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '1' })],
    ['a process whose number another one has now', JSON.stringify({ pid: process.pid, started: 'earlier' })],
    ['nobody, being damaged', '{"pid":'],
  ] as const)
    it(`takes over a lock of ${what}`, () => {
      takeDataDirectory(path).release();
      writeFileSync(lock, content);

      const directory = takeDataDirectory(path);

      assert.deepEqual(JSON.parse(readFileSync(lock, 'utf8')), identify(process.pid));
      assert.deepEqual(readdirSync(path), ['server.lock']);
      directory.release();
    });

  it('does not remove a lock that is no longer its own', () => {
    const directory = takeDataDirectory(path);
    writeFileSync(lock, 'another');

    directory.release();

    assert.ok(existsSync(lock));
  });

  it('says so when the folder cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');

    assert.throws(() => takeDataDirectory(join(folder, 'file', 'data')), {
      code: 'DataDirectoryUnusable',
      message: /ENOTDIR/,
      remedy: /--data/,
    });
  });
});
