import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startDelayProxy } from './delay-proxy.ts';

const ROUND_TRIP_MS = 40;

test('a new connection takes three round trips, an open one takes one, and calls are timed', async (t) => {
  const server = createServer((_, response) => response.end('answer'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const target = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const proxy = await startDelayProxy(() => target);
  t.after(() => proxy.close());
  proxy.setRoundTrip(ROUND_TRIP_MS);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());

  async function call(operation: string): Promise<number> {
    const started = performance.now();
    const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const sent = request({ agent, host: '127.0.0.1', port: proxy.port, method: 'POST', headers });
    sent.end();
    const [answer] = await once(sent, 'response');
    answer.resume();
    await once(answer, 'end');
    return performance.now() - started;
  }
  // Never less: timers may fire late, but not early by more than a millisecond.
  const first = await call('GetItem');
  assert.ok(first >= 3 * ROUND_TRIP_MS - 2, `${first} ms`);
  const second = await call('PutItem');
  assert.ok(second >= ROUND_TRIP_MS - 2, `${second} ms`);

  const calls = proxy.takeCalls();
  assert.deepEqual(
    calls.map(({ operation }) => operation),
    ['GetItem', 'PutItem'],
  );
  for (const { sentAt, answeredAt } of calls) assert.ok(answeredAt - sentAt >= ROUND_TRIP_MS - 2);
  assert.deepEqual(proxy.takeCalls(), []);
});
