import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createManualClock } from '../manual-clock.ts';
import { Checkpoints } from './checkpoints.ts';
import { MappingHealth } from './health.ts';

/** Checkpoints of one stream; `file` may hold those of an earlier process. */
function open(file = join(temporaryFolder(), 'checkpoints', 'mapping.json')) {
  const clock = createManualClock();
  const health = new MappingHealth(() => {});
  const checkpoints = new Checkpoints(file, clock, health);
  const saved = () => (JSON.parse(readFileSync(file, 'utf8')) as { shards: object }).shards;
  return { file, clock, health, checkpoints, saved, written: () => clock.scheduled(1000) };
}

test('a restart finds the checkpoints, and nothing that a crash left half-written', async () => {
  const { file, checkpoints } = open();
  checkpoints.useStream('arn:stream', { 'shard-0': { finished: true } });
  checkpoints.set('shard-1', { sequenceNumber: '42' });
  await checkpoints.close();
  assert.deepEqual(readdirSync(dirname(file)), ['mapping.json']);
  writeFileSync(`${file}.new`, '{"streamArn": "arn:str');

  const next = open(file).checkpoints;

  assert.equal(next.streamArn, 'arn:stream');
  assert.deepEqual(next.get('shard-0'), { finished: true });
  assert.deepEqual(next.get('shard-1'), { sequenceNumber: '42' });
});

for (const text of ['', '[]', '{"streamArn": 1}', '{"streamArn":"arn"}', 'null']) {
  test(`rejects a file that holds ${JSON.stringify(text)}, and does not overwrite it`, () => {
    const file = join(temporaryFolder(), 'mapping.json');
    writeFileSync(file, text);

    const error = {
      name: 'UserError',
      message: `${file} does not hold stream checkpoints.`,
      remedy: /Delete/,
    };
    assert.throws(() => open(file), error);

    assert.equal(readFileSync(file, 'utf8'), text);
  });
}

test('the first change is written immediately, later ones once a second, as the newest state', async () => {
  const { checkpoints, clock, saved, written } = open();

  for (const sequenceNumber of ['1', '2']) checkpoints.set('shard-1', { sequenceNumber });
  await written();
  assert.deepEqual(saved(), { 'shard-1': { sequenceNumber: '1' } });
  checkpoints.set('shard-1', { sequenceNumber: '3' });
  clock.advance(1000);
  await written();

  assert.deepEqual(saved(), { 'shard-1': { sequenceNumber: '3' } });
});

test('closing writes the rest, and nothing after that', async () => {
  const { checkpoints, clock, saved } = open();
  checkpoints.set('shard-1', { sequenceNumber: '1' });
  checkpoints.set('shard-1', { sequenceNumber: '2' });

  await checkpoints.close();
  checkpoints.set('shard-1', { sequenceNumber: '3' });

  assert.deepEqual(saved(), { 'shard-1': { sequenceNumber: '2' } });
  assert.deepEqual(clock.pending(), []);
});

test('a failed write is a problem of the mapping and is retried a second later', async () => {
  const { file, checkpoints, health, clock, saved, written } = open();
  rmSync(dirname(file), { recursive: true });

  checkpoints.set('shard-1', { sequenceNumber: '1' });
  await written();
  assert.match(health.problem!, /^Can't write the stream's checkpoints: Error: ENOENT/);
  mkdirSync(dirname(file));
  clock.advance(1000);
  await written();

  assert.deepEqual(saved(), { 'shard-1': { sequenceNumber: '1' } });
  assert.equal(health.problem, undefined);
});

test('a new stream starts over, and shards that are gone are deleted', async () => {
  const { checkpoints } = open();
  checkpoints.useStream('arn:first', {});
  checkpoints.set('shard-1', { sequenceNumber: '1' });
  checkpoints.set('shard-2', { sequenceNumber: '1' });

  checkpoints.keepOnly(['shard-2']);
  assert.equal(checkpoints.get('shard-1'), undefined);
  assert.ok(checkpoints.get('shard-2'));
  checkpoints.useStream('arn:second', {});
  await checkpoints.close();

  assert.equal(checkpoints.get('shard-2'), undefined);
});
