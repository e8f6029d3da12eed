import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import type { Checkpoints } from './checkpoints.ts';
import { MappingHealth } from './mapping-health.ts';
import { Progress } from './progress.ts';

function prepare() {
  const clock = createManualClock();
  const saved: Checkpoints[] = [];
  const errors: Error[] = [];
  let release: (() => void) | undefined;
  const health = new MappingHealth(clock, () => {});
  const progress = new Progress({
    uuid: 'mapping',
    clock,
    health,
    store: {
      load: async () => undefined,
      async save(_uuid, checkpoints) {
        const error = errors.shift();
        if (error) throw error;
        saved.push(checkpoints);
        await new Promise<void>((resolve) => (release = resolve));
      },
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const finishWrite = async () => {
    release?.();
    await settle();
  };
  return { clock, progress, saved, errors, health, finishWrite, settle };
}

const numbers = (saved: Checkpoints[]) => saved.map(({ shards }) => shards['shard-1']?.sequenceNumber);

test('while one write runs the next is collected: only the newest state follows', async () => {
  const { progress, saved, finishWrite } = prepare();

  progress.set('shard-1', { sequenceNumber: '1' });
  progress.set('shard-1', { sequenceNumber: '2' });
  progress.set('shard-1', { sequenceNumber: '3' });
  assert.deepEqual(numbers(saved), ['1']);
  await finishWrite();

  assert.deepEqual(numbers(saved), ['1', '3']);
});

test('records that were only passed over are written down once a second', async () => {
  const { progress, saved, clock } = prepare();

  progress.setLazily('shard-1', { sequenceNumber: '1' });
  progress.setLazily('shard-1', { sequenceNumber: '2' });
  clock.advance(999);
  assert.deepEqual(saved, []);
  clock.advance(1);

  assert.deepEqual(numbers(saved), ['2']);
});

test('closing writes what is left, and nothing after that', async () => {
  const { progress, saved, finishWrite, clock } = prepare();
  progress.setLazily('shard-1', { sequenceNumber: '1' });

  const closed = progress.close();
  await finishWrite();
  await closed;
  progress.set('shard-1', { sequenceNumber: '2' });

  assert.deepEqual(numbers(saved), ['1']);
  assert.deepEqual(clock.pending(), []);
});

test('a write that fails makes the mapping unhealthy and is repeated a second later', async () => {
  const { progress, saved, errors, health, clock, finishWrite, settle } = prepare();
  health.state = 'running';
  errors.push(new Error('ENOSPC: no space left on device'));

  progress.set('shard-1', { sequenceNumber: '1' });
  await settle();
  assert.equal(health.status(0, undefined).healthy, false);
  assert.match(health.status(0, undefined).lastError!, /ENOSPC/);
  clock.advance(1000);
  await finishWrite();

  assert.deepEqual(numbers(saved), ['1']);
  assert.equal(health.status(0, undefined).healthy, true);
});

test('a new stream starts over, and shards that are gone are forgotten', async () => {
  const { progress, finishWrite } = prepare();
  progress.useStream('arn:first');
  progress.set('shard-1', { sequenceNumber: '1' });
  progress.set('shard-2', { sequenceNumber: '1' });

  progress.keepOnly(new Set(['shard-2']));
  assert.equal(progress.get('shard-1'), undefined);
  assert.ok(progress.get('shard-2'));
  progress.useStream('arn:second');
  await finishWrite();

  assert.equal(progress.get('shard-2'), undefined);
});
