import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DataDirectoryInUseError, takeDataDirectory } from './data-directory.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('rejects a folder that another server uses, and names its process', () => {
  const directory = takeDataDirectory(join(folder, 'data'));

  assert.throws(
    () => takeDataDirectory(join(folder, 'data')),
    (error: unknown) =>
      error instanceof DataDirectoryInUseError && error.message.includes(`process ${process.pid}`),
  );

  directory.release();
  takeDataDirectory(join(folder, 'data')).release();
});

test('says why a folder cannot be written', () => {
  writeFileSync(join(folder, 'file'), '');

  assert.throws(() => takeDataDirectory(join(folder, 'file', 'data')), {
    name: 'UserError',
    message: /cannot be written \(ENOTDIR\)/,
    remedy: /--data/,
  });
});
