import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Log } from '../shared/log.ts';
import { isProbeMinute, probeSite } from './site-probe.ts';

/** What a probe logs about a site that answers like this; without an answer, nothing listens. */
async function probed(answer?: RequestListener, timeoutMs = 60_000) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  if (!answer) await close();
  const logged: Parameters<Log>[] = [];
  await probeSite(url, (...line) => logged.push(line), timeoutMs);
  if (answer) await close();
  assert.equal(logged.length, 1);
  const [level, , fields, metrics] = logged[0]!;
  return { level, status: fields?.['status'], reason: fields?.['reason'], metrics };
}

for (const [status, level, SiteUnreachable] of [
  [200, 'info', 0],
  [403, 'error', 1],
  [500, 'error', 1],
] as const)
  test(`a site that answers ${status} is ${SiteUnreachable ? 'un' : ''}reachable`, async () => {
    const outcome = await probed((_, response) => response.writeHead(status).end('page'));
    assert.deepEqual(outcome, { level, status, reason: undefined, metrics: { SiteUnreachable } });
  });

for (const [name, answer, reason] of [
  ['does not listen', undefined, /ECONNREFUSED/],
  ['never answers', () => {}, /TimeoutError/],
  ['never ends its page', (_, response) => void response.writeHead(200).write('page'), /TimeoutError/],
] as [string, RequestListener | undefined, RegExp][])
  test(`a site that ${name} is unreachable`, async () => {
    const outcome = await probed(answer, 200);
    assert.match(String(outcome.reason), reason);
    assert.deepEqual(outcome.metrics, { SiteUnreachable: 1 });
  });

test('probes in every fifth minute', () => {
  const minutes = Array.from({ length: 12 }, (_, minute) => minute);
  assert.deepEqual(
    minutes.filter((minute) => isProbeMinute(Date.UTC(2026, 10, 23, 8, minute, 59))),
    [0, 5, 10],
  );
});
