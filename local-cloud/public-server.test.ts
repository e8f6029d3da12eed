import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import type { Health } from './health.ts';
import { originsOf, PublicServer } from './public-server.ts';

const OK: Health = {
  status: 'ok',
  causes: [],
  dynamodb: { state: 'running', restarts: 0 },
  streams: { iteratorAgeMs: 0 },
  gateway: { connections: 0 },
};

/** A server with short timeouts, and what its gateway was given. */
async function serve(t: TestContext, health: Health = OK) {
  const server = await PublicServer.open('127.0.0.1', 0, { headers: 100, request: 200, close: 50 });
  const upgrades: string[] = [];
  server.serve({
    site: (_, response) => response.end('the page'),
    gateway: {
      handleUpgrade(request, socket) {
        upgrades.push(request.headers.upgrade ?? '');
        socket.destroy();
      },
      handleRequest: () => false,
    },
    health: async () => health,
    metrics: async () => 'metrics',
  });
  t.after(() => server.close());
  return {
    server,
    upgrades,
    /** Sends bytes and resolves with everything the server sends until it closes the socket. */
    async send(bytes: string): Promise<string> {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(bytes);
      return text(socket);
    },
  };
}

const upgrade = (protocol: string) =>
  `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: x\r\n\r\n`;

test('only WebSocket upgrades reach the gateway; an offer of h2c gets the page', async (t) => {
  const { send, upgrades } = await serve(t);
  const answer = await send(upgrade('h2c'));
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /the page/);
  assert.deepEqual(upgrades, []);
  await send(upgrade('WebSocket'));
  assert.deepEqual(upgrades, ['WebSocket']);
});

test('a client that drips its headers is cut off', async (t) => {
  const { server } = await serve(t);
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\n');
  const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 20);
  t.after(() => clearInterval(drip));
  socket.on('error', () => {});
  assert.match(await text(socket), /^HTTP\/1\.1 408 /);
});

test('closing does not wait for a client that never finishes its request', async () => {
  const server = await PublicServer.open('127.0.0.1', 0, { headers: 60_000, request: 60_000, close: 50 });
  const socket = connect(server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n'));
  socket.on('error', () => {});
  await once(socket, 'connect');
  await server.close();
});

for (const [status, code] of [
  ['ok', 200],
  ['degraded', 503],
  ['down', 503],
] as const) {
  test(`/healthz answers ${code} when the status is ${status}, and names its process to this machine only`, async (t) => {
    const { server } = await serve(t, { ...OK, status });
    const url = `http://127.0.0.1:${server.port}/healthz`;
    const local = await fetch(url);
    assert.equal(local.status, code);
    assert.deepEqual(await local.json(), { ...OK, status, pid: process.pid });
    const forwarded = await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    assert.deepEqual(await forwarded.json(), { ...OK, status });
  });
}

const LOOPBACK = ['http://localhost:80', 'http://127.0.0.1:80', 'http://[::1]:80'];
for (const [host, origins] of [
  ['127.0.0.1', LOOPBACK],
  ['0.0.0.0', LOOPBACK],
  ['::', LOOPBACK],
  ['192.168.1.7', ['http://192.168.1.7:80', ...LOOPBACK]],
  ['fd00::7', ['http://[fd00::7]:80', ...LOOPBACK]],
] as const)
  test(`a page on ${host} opens under ${origins[0]} and ${origins.length - 1} other origins`, () =>
    assert.deepEqual(originsOf(host, 80), origins));
