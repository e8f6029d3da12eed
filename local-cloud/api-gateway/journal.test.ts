import assert from 'node:assert/strict';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { Journal } from './journal.ts';

const folder = temporaryFolder();

const facts = (connectionId: string) => ({
  connectionId,
  apiId: 'local',
  stage: 'live',
  domainName: 'localhost',
  identity: { sourceIp: '127.0.0.1' },
  connectedAt: 1,
});

test('the next process finds the connections that were not closed', () => {
  const path = join(folder, 'open');
  const killed = new Journal(path);
  for (const id of ['a', 'b', 'c']) killed.opened(facts(id));
  killed.closed('b');
  assert.deepEqual(new Journal(path).leftOver, [facts('a'), facts('c')]);
});

test('a $disconnect that ends after close is left to the next process', () => {
  const path = join(folder, 'closed');
  const journal = new Journal(path);
  journal.opened(facts('a'));
  journal.close();
  journal.closed('a');
  assert.deepEqual(new Journal(path).leftOver, [facts('a')]);
});

test('a line that a crash cut off does not damage others', async () => {
  const path = join(folder, 'torn');
  new Journal(path).opened(facts('a'));
  await appendFile(path, '{"opened":{"connectionId":"b","ap');
  const next = new Journal(path);
  assert.deepEqual(next.leftOver, [facts('a')]);
  next.opened(facts('c'));
  assert.deepEqual(new Journal(path).leftOver, [facts('a'), facts('c')]);
});

test('the file does not keep closed connections', async () => {
  const path = join(folder, 'long');
  const journal = new Journal(path);
  journal.opened(facts('stays'));
  for (let i = 0; i < 6_000; i++) {
    journal.opened(facts(`c${i}`));
    journal.closed(`c${i}`);
  }
  journal.close();
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  assert.ok(lines.length <= 2_001, `${lines.length} lines`);
  assert.deepEqual(new Journal(path).leftOver, [facts('stays')]);
});

test('long headers are cut in the file only', async () => {
  const path = join(folder, 'headers');
  const long = { ...facts('a'), identity: { userAgent: 'x'.repeat(16_000), sourceIp: '127.0.0.1' } };
  assert.equal(new Journal(path).opened(long), true);
  assert.ok((await stat(path)).size < 1_000);
  assert.equal(new Journal(path).leftOver[0]?.identity.userAgent?.length, 256);
});
