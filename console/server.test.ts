/** Who may call the console, and what a page gets that does not read. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import type { Span } from '../contract/console.ts';
import { Feed, message } from './feed.ts';
import { Lab } from './lab/index.ts';
import { isOwn, startConsole, type RunningConsole } from './server.ts';

const OWN = { host: '127.0.0.1:4001' };
for (const [who, method, headers, expected] of [
  ['its own page', 'GET', { ...OWN, origin: 'http://127.0.0.1:4001', 'sec-fetch-site': 'same-origin' }, true],
  ['the address bar', 'GET', { ...OWN, 'sec-fetch-site': 'none' }, true],
  ['localhost', 'GET', { host: 'localhost:4001' }, true],
  ['another name for this machine (DNS rebinding)', 'GET', { host: 'evil.example:4001' }, false],
  ['a name that begins like its own', 'GET', { host: '127.0.0.1:4001.evil.example' }, false],
  ['a request without a host', 'GET', {}, false],
  ['another port', 'GET', { host: '127.0.0.1:4000' }, false],
  ["another site's page or EventSource", 'GET', { ...OWN, origin: 'https://evil.example' }, false],
  ["another site's image, script or frame", 'GET', { ...OWN, 'sec-fetch-site': 'cross-site' }, false],
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
    assert.equal(isOwn({ method, headers, socket: { localPort: 4001 } }), expected));

describe('over HTTP', () => {
  let console: RunningConsole;
  const acts: string[] = [];
  before(async () => {
    const { state } = new Lab();
    const act = (name: string) => acts.push(name);
    const experiment = { watched: undefined, state, onChange: () => {}, act };
    console = await startConsole({ port: 0, experiment });
  });
  after(() => console.close());

  interface Asked {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  }
  /** Sends the path as it is. */
  async function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
    const { port } = new URL(console.url);
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    outgoing.on('error', () => {});
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', body, headers: { 'x-console': '1', ...headers } });

  for (const [path, status] of [
    ['/', 200],
    ['/spans/1', 404],
    ['/spans/1/../../package.json', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['//', 404],
    ['http://evil.example/', 404],
    ['/%zz?of=%zz', 404],
  ] as const)
    test(`GET ${path} is answered with ${status}, and no page can frame, sniff or embed it`, async () => {
      const { status: answered, headers } = await ask(path);
      assert.equal(answered, status);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['access-control-allow-origin'], undefined);
    });

  test('the page runs no script but its own, and no page may frame it', async () => {
    const { headers } = await ask('/');
    const policy = headers['content-security-policy'] as string;
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; /);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  test('a preflight, a WebSocket from another origin and other methods do nothing', async () => {
    const origin = 'https://evil.example';
    const preflight = { origin, 'access-control-request-headers': 'x-console' };
    assert.equal((await ask('/lab', { method: 'OPTIONS', headers: preflight })).status, 403);
    const upgrade = { origin, connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    assert.equal((await ask('/events', { headers: upgrade })).status, 403);
    assert.equal((await ask('/lab', { method: 'PUT', body: '{"action":"visit-1"}' })).status, 405);
    assert.deepEqual(acts, []);
  });

  test('rejects a body that is too large, of unknown size, or not an object', async () => {
    const large = { 'content-length': String(8 * 1024 * 1024) };
    assert.equal((await post('/lab', '', large)).status, 400);
    assert.equal(
      (await post('/lab', '{"action":"visit-1"}', { 'transfer-encoding': 'chunked' })).status,
      400,
    );
    for (const body of ['', '{', '[]', '"x"', 'null']) assert.equal((await post('/lab', body)).status, 400);
    assert.deepEqual(acts, []);
  });

  test('runs known experiments only, and nothing else before one runs', async () => {
    for (const action of ['constructor', '__proto__', '<b>'])
      assert.equal((await post('/lab', JSON.stringify({ action }))).status, 404);
    assert.equal((await post('/replay', '{}')).status, 409);
    assert.equal((await post('/lab', '{"action":"visit-1"}')).status, 200);
    assert.deepEqual(acts, ['visit-1']);
  });
});

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
