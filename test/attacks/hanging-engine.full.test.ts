/** A database engine that hangs: its process runs and its port is open, but it does not answer. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../../local-cloud/health.ts';
import { readProcess } from '../../shared/process-identity.ts';
import { startCloud } from './support/cloud.ts';
import { reportAttack } from './support/report.ts';

const PATIENCE_MS = 60_000;

test('/healthz names a database that hangs, and the server restarts it', async (t) => {
  const cloud = await startCloud();
  t.after(cloud.close);
  const { pid } = readProcess(join(cloud.dataDirectory, 'dynamodb.pid'))!;
  async function until(condition: (health: Health) => boolean): Promise<Health> {
    for (const startedAt = performance.now(); performance.now() - startedAt < PATIENCE_MS;) {
      const response = await fetch(new URL('/healthz', cloud.url));
      const health = (await response.json()) as Health;
      assert.equal(response.status, health.status === 'ok' ? 200 : 503);
      if (condition(health)) return health;
      await sleep(200);
    }
    throw new Error(`The health did not change within ${PATIENCE_MS} ms.`);
  }
  await until(({ status }) => status === 'ok');

  process.kill(pid, 'SIGSTOP');
  const startedAt = performance.now();
  const { status, causes } = await until((health) => health.status !== 'ok');
  const seconds = (performance.now() - startedAt) / 1000;
  assert.equal(status, 'degraded');
  assert.ok(
    causes.some((cause) => cause.startsWith('dynamodb:')),
    causes.join(),
  );

  // The new engine answers a moment before the restart is counted.
  const { dynamodb } = await until((health) => health.status === 'ok' && health.dynamodb.restarts > 0);
  const recovery = (performance.now() - startedAt) / 1000;
  assert.equal(dynamodb.restarts, 1);
  assert.notEqual(readProcess(join(cloud.dataDirectory, 'dynamodb.pid'))!.pid, pid);
  await reportAttack(t, {
    attack: 'Hang the database engine (SIGSTOP)',
    before: '/healthz stayed ok',
    result: `503, degraded, with the cause after ${seconds.toFixed(0)} s; the engine is restarted, ok after ${recovery.toFixed(0)} s`,
    test: import.meta.url,
  });
});
