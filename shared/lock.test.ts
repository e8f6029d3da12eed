import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { takeLock, withLock, type Lock } from './lock.ts';
import { identify } from './process-identity.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = join(temporaryFolder(), 'deep', 'folder');
  file = join(folder, 'server.lock');
});

function take(): Lock {
  const taken = takeLock(file);
  assert.ok('release' in taken, 'the lock is free');
  return taken;
}

test('a lock creates its folder, names its holder, and can be released and taken again', () => {
  const lock = take();
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), identify(process.pid));

  lock.release();

  assert.deepEqual(readdirSync(folder), []);
  take().release();
});

test('a lock held by a living process is left alone', () => {
  const lock = take();

  assert.deepEqual(takeLock(file), { holder: identify(process.pid) });

  assert.deepEqual(readdirSync(folder), ['server.lock']);
  lock.release();
});

for (const [what, content] of [
  ['a process that has ended', JSON.stringify({ pid: 2 ** 22 + 1, started: '1' })],
  ['a process whose number was reused', JSON.stringify({ pid: process.pid, started: 'earlier' })],
  ['a damaged file', '{"pid":'],
] as const)
  test(`takes over the lock of ${what}`, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, content);

    const lock = take();

    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), identify(process.pid));
    assert.deepEqual(readdirSync(folder), ['server.lock']);
    lock.release();
  });

test('release keeps a lock that another process has taken over', () => {
  const lock = take();
  writeFileSync(file, 'another');

  lock.release();

  assert.ok(existsSync(file));
});

test('withLock runs one action after the other and releases the lock if an action fails', async () => {
  const order: string[] = [];
  const first = withLock(file, async () => {
    order.push('first begins');
    await new Promise((resolve) => setImmediate(resolve));
    order.push('first ends');
    throw new Error('failed');
  });
  const second = withLock(file, () => order.push('second'), 1);

  await assert.rejects(first, /failed/);
  await second;

  assert.deepEqual(order, ['first begins', 'first ends', 'second']);
  assert.equal(existsSync(file), false);
});
