/** At 500 connects per second, API Gateway's limit, no item comes near the 1,000 write units per second that one item can take. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { putLink } from '../../cli/count/links.ts';
import visitUnits from '../../contract/visit-units.json' with { type: 'json' };
import { BROADCAST_ID, DEPARTURE_ID, VISITS_SHARD_PREFIX } from '../../contract/tables.ts';
import { NEVER_BROADCAST } from '../../functions/shared/counter.ts';
import type { Database, DynamoDB } from '../../functions/shared/dynamodb.ts';
import { createBroadcaster } from '../../functions/broadcaster/broadcaster.ts';
import { createStore } from '../../functions/broadcaster/store.ts';
import { accept, type NewConnection } from '../../functions/updater/count-visit.ts';
import { createRateLimit } from '../../functions/updater/rate-limit.ts';
import { disconnect } from '../../functions/updater/disconnect.ts';
import { createUpdater } from '../../functions/updater/updater.ts';
import { ORIGIN_SECRET, webSocketEvent } from '../support/websocket-events.ts';
import { freshDatabase, startEngine, type Engine } from './env/engine.ts';
import { seededRandom } from '../../console/lab/random.ts';
import { writeRow } from './env/report.ts';

const CONNECTS_A_SECOND = 500;
const ITEM_UNITS_A_SECOND = 1_000;
const DEFAULT_SHARDS = 8;
const DEFAULT_POSTS_PER_SECOND = 100;
const NOW = Date.UTC(2026, 10, 23);

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
after(() => engine.close());

interface Capacity {
  TableName?: string;
  CapacityUnits?: number;
}

/** A database whose operations add up the units that they consume, by table or by what `keyOf` returns. */
function metered(
  database: Database,
  keyOf = (table: string, _operation: string) => table,
): { database: Database; consumed: Record<string, number> } {
  const consumed: Record<string, number> = {};
  const send: DynamoDB['send'] = async (operation, input) => {
    const output = await database.dynamodb.send(operation, { ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { ConsumedCapacity = [] } = output as { ConsumedCapacity?: Capacity | Capacity[] };
    for (const { TableName, CapacityUnits } of [ConsumedCapacity].flat()) {
      const key = keyOf(TableName!, operation);
      consumed[key] = (consumed[key] ?? 0) + CapacityUnits!;
    }
    return output;
  };
  return { database: { ...database, dynamodb: { send } }, consumed };
}

/** Read and write units that `work` consumes. */
async function units(
  database: Database,
  work: (database: Database) => Promise<unknown>,
): Promise<Record<string, number>> {
  const meter = metered(database);
  await work(meter.database);
  return meter.consumed;
}

test('no item takes more than 1,000 write units per second at 500 connects per second', async (t) => {
  const random = seededRandom(20_261_123);
  const database: Database = await freshDatabase(engine, DEFAULT_SHARDS);
  const context = { now: () => NOW, random: random.next, sleep: async () => {} };
  const connection = (number: number): NewConnection => ({
    connectionId: `connection-${number}`,
    kind: 'page',
    visitId: `visit-${number}-xxxx`,
    countsAs: 'visit',
  });
  const { connectionIdsTable: connections, visitorCountTable: counter } = database;

  const visit = await units(database, (measured) => accept(measured, connection(0), context));
  // A transaction takes two units per item of up to 1 KB: the row; the marker and the shard.
  assert.deepEqual(visit, { [connections]: 2, [counter]: 4 });

  // Through a link: the link's own two units, and one read unit before the transaction.
  const opened = await freshDatabase(engine, DEFAULT_SHARDS);
  await putLink(opened, { id: 'acme-7f3kq2ma', label: 'Acme', createdAt: NOW, visits: 0 });
  const throughLink = { ...connection(0), linkId: 'acme-7f3kq2ma' };
  const linked = await units(opened, (measured) => accept(measured, throughLink, context));
  assert.deepEqual(linked, { [opened.connectionIdsTable]: 2, [opened.visitorCountTable]: 6 + 1 });

  const second = Array.from({ length: CONNECTS_A_SECOND - 1 }, (_, i) => connection(i + 1)).values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const each of second) await accept(database, each, context);
    }),
  );
  const shards = (await engine.items(counter)).filter(({ id }) => id!.S!.startsWith(VISITS_SHARD_PREFIX));
  const busiest = Math.max(...shards.map(({ arrivals }) => Number(arrivals!.N)));
  assert.equal(
    shards.reduce((sum, { count }) => sum + Number(count!.N), 0),
    CONNECTS_A_SECOND,
  );

  const broadcast = await units(database, async (measured) => {
    const store = createStore(measured, context);
    await store.publish(NEVER_BROADCAST, { ...NEVER_BROADCAST, rev: 1, viewers: 2 }, 0);
    await store.settle(1);
  });
  assert.deepEqual(broadcast, { [counter]: 2 });

  // One unit to delete the row; one to read the last broadcast's viewers; one for the departure.
  const departure = await units(database, (measured) => disconnect(measured, 'connection-0'));
  assert.deepEqual(departure, { [connections]: 1, [counter]: 2 });

  // One unit for ten connections.
  const address = await units(database, async (measured) => {
    const { check } = createRateLimit(measured, 1_000, () => NOW);
    for (let i = 0; i < 10; i++) await check('203.0.113.7');
  });
  assert.deepEqual(address, { [counter]: 1 });

  const table = [
    ['visit#<id>', 'one per visit', 2],
    ['<connection id>', 'one per connection', 2],
    [
      `${VISITS_SHARD_PREFIX}<k>`,
      `${CONNECTS_A_SECOND} × 2 units, the busiest of ${DEFAULT_SHARDS} shards had ${busiest}`,
      busiest * 2,
    ],
    [
      BROADCAST_ID,
      `2 units, ${DEFAULT_POSTS_PER_SECOND} times at most (one viewer)`,
      2 * DEFAULT_POSTS_PER_SECOND,
    ],
    [
      DEPARTURE_ID,
      `1 unit, ${CONNECTS_A_SECOND} pages leave while the last broadcast had five viewers`,
      CONNECTS_A_SECOND,
    ],
    [
      'address#<hash>',
      `1 unit for ten connections, all ${CONNECTS_A_SECOND} from one address`,
      CONNECTS_A_SECOND / 10,
    ],
  ] as const;
  for (const [item, why, most] of table) {
    await writeRow(t, 'units', [`\`${item}\``, why, most]);
    assert.ok(most < ITEM_UNITS_A_SECOND, item);
  }
});

test('a lone visit consumes what contract/visit-units.json says', async () => {
  let time = NOW;
  const isRead = (operation: string) => /Get|Scan/.test(operation);
  const { database, consumed } = metered(await freshDatabase(engine, DEFAULT_SHARDS), (_table, operation) =>
    isRead(operation) ? 'readUnit' : 'writeUnit',
  );
  const context = {
    now: () => time,
    random: Math.random,
    sleep: async (ms: number) => void (time += ms),
    log: () => {},
  };
  const updater = createUpdater({
    ...context,
    database,
    originSecrets: [ORIGIN_SECRET],
    allowedOrigins: new Set(),
    editions: new Set(),
    connectionsPerAddress: 1_000,
    closeConnection: async () => true,
    keepConnected: async () => {},
  });
  const posts: string[] = [];
  const broadcaster = createBroadcaster({
    ...context,
    store: createStore(database, context),
    management: { post: async (to) => (posts.push(to), { outcome: 'delivered' }), close: async () => true },
    postsPerSecond: DEFAULT_POSTS_PER_SECOND,
    fanOutViewers: 5_000,
    fanOut: async () => {},
    concurrency: 8,
    reportOpenings: async () => {},
  });
  const loneVisit = async (connectionId: string) => {
    time += 1_000;
    const event = { connectionId, viewer: '203.0.113.7', query: { visit: `visit-${connectionId}` } };
    await updater(webSocketEvent('$connect', event));
    await updater(webSocketEvent('hello', event));
    await broadcaster({ Records: [] }, { getRemainingTimeInMillis: () => 60_000 });
    await updater(webSocketEvent('$disconnect', event));
  };
  // The first broadcast of a minute also writes the day's item.
  await loneVisit('before');
  Object.assign(consumed, { readUnit: 0, writeUnit: 0 });
  await loneVisit('lone');
  assert.deepEqual(posts, ['before', 'lone']);
  const { readUnit, writeUnit } = visitUnits.units;
  assert.deepEqual(consumed, { readUnit, writeUnit });
  const departure = (await engine.items(database.visitorCountTable)).find(({ id }) => id!.S === DEPARTURE_ID);
  assert.equal(departure, undefined, 'it would cost a second broadcast');
});
