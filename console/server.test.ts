/** Who may call the console, and what a page gets that does not read. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Span } from '../contract/console.ts';
import { Feed, message } from './feed.ts';
import { isOwn } from './server.ts';

const OWN = { host: '127.0.0.1:4001' };
for (const [who, method, headers, expected] of [
  ['its own page', 'GET', { ...OWN, origin: 'http://127.0.0.1:4001', 'sec-fetch-site': 'same-origin' }, true],
  ['the address bar', 'GET', { ...OWN, 'sec-fetch-site': 'none' }, true],
  ['localhost', 'GET', { host: 'localhost:4001' }, true],
  ['another name for this machine (DNS rebinding)', 'GET', { host: 'evil.example:4001' }, false],
  ['another port', 'GET', { host: '127.0.0.1:4000' }, false],
  ["another site's page", 'GET', { ...OWN, origin: 'https://evil.example' }, false],
  ["another site's image", 'GET', { ...OWN, 'sec-fetch-site': 'cross-site' }, false],
  [
    'the résumé itself',
    'GET',
    { ...OWN, origin: 'http://localhost:4000', 'sec-fetch-site': 'same-site' },
    false,
  ],
  ['a sandboxed frame', 'GET', { ...OWN, origin: 'null' }, false],
  ["another site's form", 'POST', { ...OWN, origin: 'https://evil.example' }, false],
  ['a form without an origin', 'POST', OWN, false],
  ["its own page's action", 'POST', { ...OWN, origin: 'http://127.0.0.1:4001', 'x-console': '1' }, true],
] as const)
  test(`${expected ? 'answers' : 'rejects'} ${who}`, () =>
    assert.equal(isOwn({ method, headers }, 4001), expected));

test('a page that does not read misses changes instead of filling memory, and starts over; others get everything', async (t) => {
  const feed = new Feed();
  const server = createServer((_, response) =>
    feed.add(response, { source: 'site', state: () => [message('reset', { sources: [], functions: [] })] }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const outgoing = request({ port, host: '127.0.0.1' }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  };
  /** Counts messages while they arrive. */
  const counting = (response: IncomingMessage) => {
    const seen = { reset: 0, spans: 0 };
    let rest = '';
    response.on('data', (chunk) => {
      const messages = (rest + String(chunk)).split('\n\n');
      rest = messages.pop()!;
      for (const text of messages) seen[text.startsWith('event: reset') ? 'reset' : 'spans']++;
    });
    return seen;
  };
  const [suspended, reading] = [await open(), await open()];
  suspended.pause();
  const read = counting(reading);

  const span: Span = { id: 1, kind: 'post', name: 'x'.repeat(1_000), node: 'browser', startedAt: 0 };
  const BATCHES = 200;
  for (let i = 0; i < BATCHES; i++) {
    // 20,000 changes in all: two seconds at 10,000 events a second.
    feed.sendSpans(
      Array.from({ length: 100 }, () => span),
      'site',
    );
    while (read.spans <= i) await once(reading, 'data');
  }
  assert.equal(read.reset, 1);

  const late = counting(suspended.resume());
  while (late.reset < 2) {
    feed.sendSpans([span], 'site');
    await once(suspended, 'data');
  }
  assert.ok(late.spans < BATCHES / 2, 'the rest was dropped');
});
