import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { ORIGIN_SECRET, webSocketEvent } from '../../test/support/websocket-events.ts';
import type { BroadcastState } from '../../contract/tables.ts';
import { NEVER_BROADCAST } from '../shared/counter.ts';
import { createStore } from '../broadcaster/store.ts';
import { createUpdater, type UpdaterOptions } from './updater.ts';

const START = Date.UTC(2026, 10, 23);
let database: TestDatabase;
const logged: { message: string; visit: unknown; metrics: unknown }[] = [];
const closed: string[] = [];
let closes = true;
let refreshes = 0;
let updater: ReturnType<typeof createUpdater>;

const options = (): UpdaterOptions => ({
  database,
  originSecrets: [ORIGIN_SECRET],
  allowedOrigins: new Set(['https://example.com']),
  editions: new Set(['de']),
  ceilingUsdPerHour: 1.85,
  connectionsPerAddress: 1_000,
  closeConnection: async (connectionId) => (closed.push(connectionId), closes),
  keepConnected: async () => void refreshes++,
  log: (_level, message, fields, metrics) => logged.push({ message, visit: fields?.['visit'], metrics }),
  now: () => START,
  random: Math.random,
  sleep: () => new Promise<void>(setImmediate),
});
const publish = (next: BroadcastState) =>
  createStore(database, options()).publish({ ...next, rev: next.rev - 1 }, { ...next, leaseUntil: 0 }, 0);
before(async () => {
  database = await startTestDatabase();
  updater = createUpdater(options());
});
after(() => database.close());

const send = async (routeKey: string, options?: Parameters<typeof webSocketEvent>[1]) => {
  const { statusCode, body } = await updater(webSocketEvent(routeKey, options));
  return { statusCode, body: body ? (JSON.parse(body) as unknown) : undefined };
};
const row = async (connectionId: string) =>
  (await database.items(database.connectionIdsTable)).find(
    (item) => item['connectionId']?.S === connectionId,
  );

test('hello includes the first visitor before anything was broadcast', async () => {
  await send('$connect', { connectionId: 'first', query: { visit: 'visit-of-first' } });
  assert.deepEqual(await send('hello', { connectionId: 'first' }), {
    statusCode: 200,
    body: { count: 1, viewers: 1, rev: 0, ceilingUsdPerHour: 1.85 },
  });
});

test('hello has the current count, and the viewers and revision of the last broadcast', async () => {
  await publish({ ...NEVER_BROADCAST, rev: 1, count: 1, viewers: 17, notBefore: START });
  await send('$connect', { connectionId: 'second', query: { visit: 'visit-of-second' } });
  assert.deepEqual(await send('hello', { connectionId: 'second' }), {
    statusCode: 200,
    body: { count: 2, viewers: 17, rev: 1, ceilingUsdPerHour: 1.85 },
  });
});

test('ping renews the lease and writes a lost row again', async () => {
  await send('$disconnect', { connectionId: 'second' });
  const answer = await send('ping', { connectionId: 'second', at: START - 5_000 });
  assert.deepEqual(answer, { statusCode: 200, body: { pong: true } });
  assert.deepEqual(await row('second'), {
    connectionId: { S: 'second' },
    connectedAt: { N: String(START - 5_000) },
    expiresAt: { N: String(START / 1000 + 660) },
  });
});

test('$disconnect deletes the row and starts a broadcast only for a small audience', async () => {
  const departures = async () => Number((await database.counterItem('departure'))?.['departures']?.N ?? 0);
  const before = await departures();
  await send('$disconnect', { connectionId: 'second' });
  assert.equal(await row('second'), undefined);
  assert.equal(await departures(), before, '17 viewers learn of it with the next arrival');

  await publish({ ...NEVER_BROADCAST, rev: 2, count: 2, viewers: 2, notBefore: START });
  await send('$disconnect', { connectionId: 'first' });
  assert.equal(await departures(), before + 1);

  await send('$disconnect', { connectionId: 'first' });
  assert.equal(await departures(), before + 1, 'a second $disconnect of the same connection changes nothing');

  await publish({ ...NEVER_BROADCAST, rev: 3, count: 2, viewers: 1, notBefore: START });
  await send('$connect', { connectionId: 'third', query: { visit: 'visit-of-third' } });
  await send('$disconnect', { connectionId: 'third' });
  assert.equal(await departures(), before + 1, 'no one is left who would learn of it');
});

test('closes a connection that sends more than 60 messages in a minute, and reads nothing for it from then on', async () => {
  for (let i = 0; i < 30; i++) {
    assert.equal((await send('hello', { connectionId: 'flooder' })).statusCode, 200);
    assert.equal((await send('ping', { connectionId: 'flooder' })).statusCode, 200);
  }
  assert.deepEqual(closed, []);
  await send('$disconnect', { connectionId: 'flooder' });
  closes = false;
  for (let i = 0; i < 60; i++)
    assert.deepEqual(await send('ping', { connectionId: 'flooder' }), { statusCode: 429, body: undefined });
  assert.equal(await row('flooder'), undefined, 'a ping would have written it again');
  assert.deepEqual(closed, ['flooder']);
  await send('hello', { connectionId: 'flooder' });
  assert.deepEqual(closed, ['flooder', 'flooder'], 'closed again because the first attempt failed');
  assert.equal((await send('hello', { connectionId: 'another' })).statusCode, 200);
});

test('answers 404 to a route that the API should not have', async () => {
  assert.equal((await send('$default')).statusCode, 404);
});

test('a warming call keeps the connections open and does nothing else', async () => {
  logged.length = refreshes = 0;
  assert.deepEqual(await updater({ warm: true }), { statusCode: 200, body: '' });
  assert.deepEqual([logged, refreshes], [[], 1]);
});

test('measures only counted visits', async () => {
  logged.length = 0;
  await send('$connect', { connectionId: 'measured-1', query: { visit: 'visit-measured' } });
  await send('$connect', { connectionId: 'measured-2', query: { visit: 'visit-measured' } });
  assert.deepEqual(logged, [
    { message: 'connected', visit: 'counted', metrics: { VisitsCounted: 1 } },
    { message: 'connected', visit: 'known', metrics: {} },
  ]);
});

test('a connection over the limit of its address leaves no row', async () => {
  const limited = createUpdater({ ...options(), connectionsPerAddress: 1 });
  const handshake = (connectionId: string) =>
    limited(webSocketEvent('$connect', { connectionId, viewer: '203.0.113.77' }));
  assert.equal((await handshake('within')).statusCode, 200);
  assert.equal((await handshake('over')).statusCode, 429);
  assert.deepEqual([(await row('within')) !== undefined, await row('over')], [true, undefined]);
});
