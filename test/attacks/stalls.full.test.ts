/** What stalls: clients that drip, and a database engine whose process runs and whose port is open, but which does not answer. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
  });
});

test('headers that drip are cut off after 10 s', async (t) => {
  const cloud = await startCloud();
  t.after(cloud.close);
  const startedAt = performance.now();
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 500);
    socket.on('close', () => clearInterval(drip));
    socket.on('error', () => {});
    return text(socket);
  });
  for (const answer of await Promise.all(sockets)) assert.match(answer, /^HTTP\/1\.1 408 /);
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(seconds >= 9.5 && seconds < 16, `${seconds} s`);
  await reportAttack(t, {
    attack: 'Drip headers, one every half second',
    before: 'cut off after 26 to 40 s',
    result: `408 after ${seconds.toFixed(0)} s`,
  });
});
