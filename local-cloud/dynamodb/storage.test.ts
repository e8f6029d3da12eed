import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskProblem, fileIdentity, outOfSpace, writeError } from './storage.ts';

for (const [code, message, remedy] of [
  ['ENOSPC', /^The disk that holds \/data is full/, /Free some space on it \(df -h \/data\), or/],
  ['EDQUOT', /^The disk quota for \/data is used up/, /Delete some of your files/],
  ['EIO', /^The disk that holds \/data reports errors/, /Check the disk/],
  ['EROFS', /^The disk that holds \/data is read-only/, /Mount it writable/],
  ['EACCES', /^The data folder \/data cannot be written \(EACCES\)/, /Make the folder writable/],
] as const)
  test(`explains ${code}`, () => {
    const error = writeError('/data', Object.assign(new Error(), { code }));

    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
  });

test('a writable folder has no problem and keeps no trace of the check', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  t.after(() => rmSync(folder, { recursive: true }));

  assert.equal(diskProblem(folder), undefined);
  assert.equal(outOfSpace(folder), undefined);
  assert.deepEqual(readdirSync(folder), []);
  assert.match(diskProblem(join(folder, 'missing'))!.message, /ENOENT/);
  assert.match(outOfSpace(join(folder, 'missing'))!, /ENOENT/);
});

test('the identity of a file changes when another file takes its place', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, other] = [join(folder, 'file'), join(folder, 'other')];
  writeFileSync(file, '');
  writeFileSync(other, '');
  const before = fileIdentity(file);

  renameSync(other, file);

  assert.notEqual(fileIdentity(file), before);
  assert.equal(fileIdentity(other), undefined);
});
