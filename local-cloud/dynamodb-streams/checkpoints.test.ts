import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createManualClock } from '../manual-clock.ts';
import { Checkpoints, loadCheckpoints, saveCheckpoints, type MappingCheckpoints } from './checkpoints.ts';
import { MappingHealth } from './health.ts';

const CHECKPOINTS: MappingCheckpoints = {
  streamArn: 'arn:stream',
  shards: { 'shard-1': { sequenceNumber: '42' }, 'shard-0': { finished: true } },
};

const checkpointFile = () => join(temporaryFolder(), 'checkpoints', 'mapping.json');

test('saved checkpoints can be loaded, and their folder is created', async () => {
  const file = checkpointFile();
  assert.equal(await loadCheckpoints(file), undefined);

  await saveCheckpoints(file, CHECKPOINTS);

  assert.deepEqual(await loadCheckpoints(file), CHECKPOINTS);
  assert.deepEqual(await readdir(dirname(file)), ['mapping.json']);
});

test('a file that a crash left half-written is ignored', async () => {
  const file = checkpointFile();
  await saveCheckpoints(file, CHECKPOINTS);
  await writeFile(`${file}.new`, '{"streamArn": "arn:str');

  assert.deepEqual(await loadCheckpoints(file), CHECKPOINTS);
});

for (const text of ['', '[]', '{"streamArn": 1}', '{"streamArn":"arn"}', 'null']) {
  test(`rejects a file that holds ${JSON.stringify(text)}, and names it`, async () => {
    const file = checkpointFile();
    await saveCheckpoints(file, CHECKPOINTS);
    await writeFile(file, text);

    await assert.rejects(loadCheckpoints(file), /mapping\.json does not hold stream checkpoints\. Delete it/);
  });
}

/** Checkpoints whose writes the test finishes by hand, or fails. */
function prepare() {
  const clock = createManualClock();
  const saved: (string | undefined)[] = [];
  const errors: Error[] = [];
  let release: (() => void) | undefined;
  const health = new MappingHealth(clock, () => {});
  const checkpoints = new Checkpoints({
    file: 'not-used.json',
    clock,
    health,
    async save(_file, { shards }) {
      const error = errors.shift();
      if (error) throw error;
      saved.push(shards['shard-1']?.sequenceNumber);
      await new Promise<void>((resolve) => (release = resolve));
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const finishWrite = async () => {
    release?.();
    await settle();
  };
  return { clock, checkpoints, saved, errors, health, finishWrite, settle };
}

test('changes during a write are collected, and only the newest state follows', async () => {
  const { checkpoints, saved, finishWrite } = prepare();

  for (const sequenceNumber of ['1', '2', '3']) checkpoints.set('shard-1', { sequenceNumber });
  assert.deepEqual(saved, ['1']);
  await finishWrite();

  assert.deepEqual(saved, ['1', '3']);
});

test('lazy changes are written once a second', () => {
  const { checkpoints, saved, clock } = prepare();

  checkpoints.setLazily('shard-1', { sequenceNumber: '1' });
  checkpoints.setLazily('shard-1', { sequenceNumber: '2' });
  clock.advance(999);
  assert.deepEqual(saved, []);
  clock.advance(1);

  assert.deepEqual(saved, ['2']);
});

test('closing writes the rest, and nothing after that', async () => {
  const { checkpoints, saved, finishWrite, clock } = prepare();
  checkpoints.setLazily('shard-1', { sequenceNumber: '1' });

  const closed = checkpoints.close();
  await finishWrite();
  await closed;
  checkpoints.set('shard-1', { sequenceNumber: '2' });

  assert.deepEqual(saved, ['1']);
  assert.deepEqual(clock.pending(), []);
});

test('a failed write makes the mapping unhealthy and is retried a second later', async () => {
  const { checkpoints, saved, errors, health, clock, finishWrite, settle } = prepare();
  health.state = 'running';
  errors.push(new Error('ENOSPC: no space left on device'));

  checkpoints.set('shard-1', { sequenceNumber: '1' });
  await settle();
  assert.equal(health.status(undefined).healthy, false);
  assert.match(health.status(undefined).lastError!, /ENOSPC/);
  clock.advance(1000);
  await finishWrite();

  assert.deepEqual(saved, ['1']);
  assert.equal(health.status(undefined).healthy, true);
});

test('a new stream starts over, and shards that are gone are deleted', async () => {
  const { checkpoints, finishWrite } = prepare();
  checkpoints.useStream('arn:first');
  checkpoints.set('shard-1', { sequenceNumber: '1' });
  checkpoints.set('shard-2', { sequenceNumber: '1' });

  checkpoints.keepOnly(new Set(['shard-2']));
  assert.equal(checkpoints.get('shard-1'), undefined);
  assert.ok(checkpoints.get('shard-2'));
  checkpoints.useStream('arn:second');
  await finishWrite();

  assert.equal(checkpoints.get('shard-2'), undefined);
});
