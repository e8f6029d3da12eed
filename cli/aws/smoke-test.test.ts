/** What the smoke test reports for broken sites. test/infra/deploy.full.test.ts tries one that works. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { SMOKE_VISIT_ID } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';
import { smokeTest } from './smoke-test.ts';

type Behaviour = (socket: WebSocket, everybody: () => WebSocket[]) => void;

const PAGE = '<meta name="counter-endpoint" content="/live">';

const snapshot = (count: number, viewers: number, rev: number) => JSON.stringify({ count, viewers, rev });

describe('the smoke test of a broken site', () => {
  const stops: (() => void)[] = [];
  after(() => stops.forEach((stop) => stop()));

  /** A page, a counter that behaves as given, and what the API answers to a handshake that bypasses the edge. */
  const site = async (behave: Behaviour | undefined, page = PAGE, direct = 'HTTP/1.1 403 Forbidden') => {
    const visits: (string | null)[] = [];
    const server = createServer((_, response) => response.end(page));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = `ws://127.0.0.1:${port}/live`;
    const sockets: WebSocket[] = [];
    const counter = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url!, endpoint);
      if (url.pathname === '/direct') return socket.end(`${direct}\r\n\r\n`);
      visits.push(url.searchParams.get('visit'));
      if (!behave) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      counter.handleUpgrade(request, socket, head, (opened) => {
        sockets.push(opened);
        opened.on('close', () => sockets.splice(sockets.indexOf(opened), 1));
        behave(opened, () => sockets);
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
        pageTimeout: 60_000,
        timeout,
        now: () => time,
        sleep: async (milliseconds) => void (time += milliseconds),
      });
    return { run, visits, waited: () => time };
  };
  const refused = async (run: Promise<unknown>): Promise<UserError> => {
    const error: unknown = await run.then(
      () => assert.fail('was accepted'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.remedy, /npm run doctor/);
    return error;
  };

  test('sends the reserved visit id; a push to the first connection is enough', async () => {
    let rev = 0;
    const { run, visits } = await site((socket, everybody) => {
      rev++;
      for (const each of everybody()) each.send(snapshot(7, everybody().length, rev));
      socket.on('message', () => socket.send(snapshot(7, everybody().length, rev)));
    });
    assert.equal((await run()).count, 7);
    assert.deepEqual(visits, [SMOKE_VISIT_ID, SMOKE_VISIT_ID]);
  });

  test('a page of an earlier version', async () => {
    const { run, waited } = await site(undefined, '<p>wss://old.example</p>');
    assert.match((await refused(run())).message, /is not this version's page: it does not name \/live/);
    assert.ok(waited() >= 60_000, 'it gets time to appear');
  });

  for (const answer of ['HTTP/1.1 500 Oops', 'HTTP/1.1 200 OK'])
    test(`an API that answers ${answer} to a handshake that bypasses CloudFront`, async () => {
      const { run, visits } = await site(undefined, PAGE, answer);
      assert.match(
        (await refused(run())).message,
        /should reject connections that bypass CloudFront with 403/,
      );
      assert.deepEqual(visits, []);
    });

  test('a counter that refuses connections', async () => {
    const { run } = await site(undefined);
    assert.match((await refused(run())).message, /does not accept a connection: .*403/);
  });

  test('a counter that pushes to new connections only', async () => {
    const { run } = await site((socket) => socket.send(snapshot(7, 1, 1)));
    assert.match((await refused(run(200))).message, /a connection got no answer to hello/);
  });

  test('a counter that pushes nothing, though it answers', async () => {
    const { run } = await site((socket) => socket.on('message', () => socket.send(snapshot(7, 1, 1))));
    assert.match((await refused(run(200))).message, /received nothing when a second one opened/);
  });

  test('a counter that pushes, but never answers hello', async () => {
    let rev = 0;
    const { run } = await site((_, everybody) => {
      rev++;
      for (const each of everybody()) each.send(snapshot(7, everybody().length, rev));
    });
    assert.match((await refused(run(200))).message, /got no answer to hello/);
  });

  test('a counter that counts the smoke test', async () => {
    let count = 0;
    const { run } = await site((socket, everybody) => {
      count++;
      for (const each of everybody()) each.send(snapshot(count, everybody().length, count));
      socket.on('message', () => socket.send(snapshot(count, everybody().length, count)));
    });
    assert.match((await refused(run())).message, /own visit seems to be counted.*without other visitors/);
  });

  test('other visitors who arrive all the time are no failure', async () => {
    let count = 0;
    const { run } = await site((socket, everybody) => {
      count++;
      for (const each of everybody()) each.send(snapshot(count, everybody().length + 40, count));
      socket.on('message', () => socket.send(snapshot(count, everybody().length + 40, count)));
    });
    assert.deepEqual({ ...(await run()), pushed: 0 }, { count: 6, isBusy: true, pushed: 0 });
  });
});
