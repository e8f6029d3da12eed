import assert from 'node:assert/strict';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import {
  DataDirectoryInUseError,
  diskProblem,
  fileIdentity,
  outOfSpace,
  takeDataDirectory,
  writeError,
} from './data-directory.ts';

test('rejects a folder that another server uses, and names its process', () => {
  const folder = temporaryFolder();
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
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');

  assert.throws(() => takeDataDirectory(join(folder, 'file', 'data')), {
    name: 'UserError',
    message: /cannot be written \(ENOTDIR\)/,
    remedy: /--data/,
  });
});

for (const [code, message, remedy] of [
  ['ENOSPC', /^The disk that holds \/data is full/, /Free some space on it \(df -h \/data\), or/],
  ['EIO', /^The disk that holds \/data reports errors/, /Check the disk/],
  ['EACCES', /^The data folder \/data cannot be written \(EACCES\)/, /Make the folder writable/],
] as const)
  test(`explains ${code}`, () => {
    const error = writeError('/data', Object.assign(new Error(), { code }));

    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
  });

test('a writable folder has no problem and keeps no trace of the check', () => {
  const folder = temporaryFolder();
  assert.equal(diskProblem(folder), undefined);
  assert.equal(outOfSpace(folder), undefined);
  assert.deepEqual(readdirSync(folder), []);
  assert.match(diskProblem(join(folder, 'missing'))!.message, /ENOENT/);
  assert.match(outOfSpace(join(folder, 'missing'))!, /ENOENT/);
});

test('the identity of a file changes when another file takes its place', () => {
  const folder = temporaryFolder();
  const [file, other] = [join(folder, 'file'), join(folder, 'other')];
  writeFileSync(file, '');
  writeFileSync(other, '');
  const before = fileIdentity(file);

  renameSync(other, file);

  assert.notEqual(fileIdentity(file), before);
  assert.equal(fileIdentity(other), undefined);
});
