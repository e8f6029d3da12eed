/** What the smoke test reports for broken sites. test/infra/deploy.full.test.ts tries one that works. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { SMOKE_VISIT_ID } from '../../contract/visit.ts';
import { smokeTest } from './smoke-test.ts';

/** What happens when a socket opens, given all that are open. */
type Behaviour = (socket: WebSocket, everyone: WebSocket[]) => void;

const PAGE = '<meta name="counter-endpoint" content="/live">';

const stops: (() => void)[] = [];
after(() => stops.forEach((stop) => stop()));

interface Counter {
  pushes?: boolean;
  answers?: boolean;
  /** The smoke test's own visits, by mistake. */
  counts?: boolean;
  otherViewers?: number;
}

function counter({ pushes = true, answers = true, counts = false, otherViewers = 0 }: Counter): Behaviour {
  let opened = 0;
  return (socket, everyone) => {
    opened++;
    const snapshot = () =>
      JSON.stringify({ count: counts ? opened : 7, viewers: everyone.length + otherViewers, rev: opened });
    if (pushes) for (const each of everyone) each.send(snapshot());
    if (answers) socket.on('message', () => socket.send(snapshot()));
  };
}

/** A page, a counter that behaves as given, and what the API answers to a handshake that bypasses the edge. */
async function site(
  behave: Behaviour | undefined,
  { page = PAGE, direct = 'HTTP/1.1 403 Forbidden', refusals = 0 } = {},
) {
  const visits: (string | null)[] = [];
  const server = createServer((_, response) => response.end(page));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = `ws://127.0.0.1:${port}/live`;
  const sockets: WebSocket[] = [];
  const gateway = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url!, endpoint);
    if (url.pathname === '/direct') return socket.end(`${direct}\r\n\r\n`);
    visits.push(url.searchParams.get('visit'));
    if (!behave || refusals-- > 0) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    gateway.handleUpgrade(request, socket, head, (opened) => {
      sockets.push(opened);
      opened.on('close', () => sockets.splice(sockets.indexOf(opened), 1));
      behave(opened, sockets);
    });
  });
  stops.push(() => {
    for (const socket of sockets) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  let time = 0;
  const run = (timeout = 10_000) =>
    smokeTest({
      url: `http://127.0.0.1:${port}`,
      counterEndpoint: endpoint,
      directEndpoint: endpoint.replace('live', 'direct'),
      doctor: 'npm run doctor',
      startTimeout: 60_000,
      timeout,
      pushTimeout: timeout,
      now: () => time,
      sleep: async (milliseconds) => void (time += milliseconds),
    });
  const fails = (message: RegExp, timeout?: number) =>
    assert.rejects(run(timeout), { name: 'UserError', message, remedy: /npm run doctor/ });
  return { run, fails, visits, waited: () => time };
}

test('sends the reserved visit id; a push to the first connection is enough', async () => {
  const { run, visits } = await site(counter({}));
  assert.equal((await run()).count, 7);
  assert.deepEqual(visits, [SMOKE_VISIT_ID, SMOKE_VISIT_ID]);
});

test('other visitors who arrive all the time are no failure', async () => {
  const { run } = await site(counter({ counts: true, otherViewers: 40 }));
  assert.deepEqual({ ...(await run()), pushed: 0 }, { count: 6, isBusy: true, pushed: 0 });
});

test('gives a page of an earlier version time to change, and then fails', async () => {
  const { fails, waited } = await site(undefined, { page: '<p>wss://old.example</p>' });
  await fails(/is not this version's page: it does not name \/live/);
  assert.ok(waited() >= 60_000);
});

test('gives a new API time to accept connections', async () => {
  const { run, waited } = await site(counter({}), { refusals: 2 });
  assert.equal((await run()).count, 7);
  assert.equal(waited(), 10_000);
});

for (const answer of ['HTTP/1.1 500 Oops', 'HTTP/1.1 200 OK'])
  test(`fails if the API answers ${answer} to a handshake that bypasses CloudFront`, async () => {
    const { fails, visits } = await site(undefined, { direct: answer });
    await fails(/should reject connections that bypass CloudFront with 403/);
    assert.deepEqual(visits, []);
  });

const toItselfOnly: Behaviour = (socket) => socket.send('{"count":7,"viewers":1,"rev":1}');
for (const [what, behave, message, timeout] of [
  ['refuses connections', undefined, /does not accept a connection: .*403/, undefined],
  ['pushes to new connections only', toItselfOnly, /a connection got no answer to hello/, 200],
  ['pushes nothing, though it answers', counter({ pushes: false }), /received nothing when a second/, 200],
  ['pushes, but never answers hello', counter({ answers: false }), /got no answer to hello/, 200],
  [
    'counts the smoke test',
    counter({ counts: true }),
    /own visit seems to be counted.*without other visitors/,
    undefined,
  ],
] as const)
  test(`fails if the counter ${what}`, async () => (await site(behave)).fails(message, timeout));
