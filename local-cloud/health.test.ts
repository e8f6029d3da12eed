import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MappingStatus } from './dynamodb-streams/health.ts';
import { createHealthCheck, PROBE_DEADLINE_MS } from './health.ts';
import { createManualClock } from './manual-clock.ts';

const MAPPING: MappingStatus = { problem: undefined, iteratorAgeMs: 40 };

/** A check of one probe; `problem` is the gateway's. */
function prepare(probe: () => Promise<unknown>, problem?: string, mapping = MAPPING) {
  const clock = createManualClock();
  const check = createHealthCheck({
    database: { status: () => ({ state: 'running', restarts: 0 }) },
    mappings: [{ status: () => mapping }],
    gateway: { isRunning: true, connectionCount: 3, problem: () => problem },
    probes: { dynamodb: probe },
    clock,
  });
  return { clock, check };
}

test('is ok when every probe succeeds', async () => {
  const { check } = prepare(async () => {});
  assert.deepEqual(await check(), {
    status: 'ok',
    causes: [],
    dynamodb: { state: 'running', restarts: 0 },
    streams: { iteratorAgeMs: 40 },
    gateway: { connections: 3 },
  });
});

test('a probe that hangs is degraded first, down after 30 s, and ok again when it answers', async () => {
  let hangs = true;
  const { check, clock } = prepare(() => (hangs ? new Promise(() => {}) : Promise.resolve()));
  for (const status of ['degraded', 'down']) {
    const health = check();
    clock.advance(PROBE_DEADLINE_MS);
    assert.equal((await health).status, status);
    assert.deepEqual((await health).causes, ['dynamodb: no answer within 2000 ms']);
    clock.advance(30_000);
  }
  hangs = false;
  assert.equal((await check()).status, 'ok');
});

for (const [name, { check }, cause] of [
  ['a failing probe', prepare(() => Promise.reject(new TypeError('no'))), 'dynamodb: TypeError: no'],
  ['a full disk', prepare(async () => {}, 'The disk is full.'), 'The disk is full.'],
  [
    'a stream that cannot be read',
    prepare(async () => {}, undefined, { ...MAPPING, problem: 'gone' }),
    'stream: gone',
  ],
] as const) {
  test(`${name} is named as the cause`, async () => assert.deepEqual((await check()).causes, [cause]));
}

test('many requests share one check', async () => {
  let probes = 0;
  const { check, clock } = prepare(async () => void probes++);
  await Promise.all(Array.from({ length: 100 }, check));
  assert.equal(probes, 1);
  clock.advance(1_000);
  await check();
  assert.equal(probes, 2);
});
