import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { readCounter } from '../shared/counter.ts';
import { DynamoDBError, type DynamoDB } from '../shared/dynamodb.ts';
import { accept, type NewConnection } from './count-visit.ts';

const START = Date.UTC(2026, 10, 23);
let database: TestDatabase;
let time = START;
let visits = 0;

before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(() => {
  time = START;
});

const context = { now: () => time, random: Math.random, sleep: () => new Promise<void>(setImmediate) };
const connection = (overrides: Partial<NewConnection> = {}): NewConnection => {
  visits++;
  return {
    connectionId: `connection-${visits}`,
    kind: 'page',
    visitId: `visit-${visits}`,
    counts: true,
    ...overrides,
  };
};
const total = async () => {
  const { count, arrivals } = await readCounter(database);
  return { count, arrivals };
};
/** How much the counter grew while `work` ran. */
async function growth(work: () => Promise<unknown>) {
  const { count, arrivals } = await total();
  await work();
  const now = await total();
  return { count: now.count - count, arrivals: now.arrivals - arrivals };
}

test('a new visit is counted, its connection stored', async () => {
  const page = connection();
  assert.deepEqual(await growth(() => accept(database, page, context)), { count: 1, arrivals: 1 });
  const rows = await database.items(database.connectionIdsTable);
  const row = rows.find((item) => item['connectionId']?.S === page.connectionId);
  assert.deepEqual(row, {
    connectionId: { S: page.connectionId },
    connectedAt: { N: String(START) },
    // A page that stops pinging expires after eleven minutes.
    expiresAt: { N: String(START / 1000 + 660) },
  });
});

test('the row of a plain client lasts as long as a connection can', async () => {
  const plain = connection({ kind: 'plain' });
  await accept(database, plain, context);
  const rows = await database.items(database.connectionIdsTable);
  const row = rows.find((item) => item['connectionId']?.S === plain.connectionId);
  assert.equal(row?.['expiresAt']?.N, String(START / 1000 + 7500));
});

test('a transaction that still runs when it is retried counts its visit once', async () => {
  const { dynamodb } = database;
  let isFirst = true;
  const send: DynamoDB['send'] = async (operation, input) => {
    const answer = await dynamodb.send(operation, input);
    if (!isFirst) return answer;
    isFirst = false;
    throw new DynamoDBError({ statusCode: 400, body: '{"__type":"#TransactionInProgressException"}' });
  };
  const impatient = { ...database, dynamodb: { send } };
  let outcome: string | undefined;
  const grown = await growth(async () => {
    outcome = await accept(impatient, connection(), context);
  });
  assert.deepEqual([outcome, grown], ['known', { count: 1, arrivals: 2 }]);
});

test('the same visit again is an arrival but not a visit', async () => {
  const visitId = 'the-same-visit';
  const outcomes: string[] = [];
  const grown = await growth(async () => {
    for (let i = 0; i < 3; i++) outcomes.push(await accept(database, connection({ visitId }), context));
  });
  assert.deepEqual(outcomes, ['counted', 'known', 'known']);
  assert.deepEqual(grown, { count: 1, arrivals: 3 });
});

test('fifty simultaneous handshakes of one visit count once', async () => {
  const visitId = 'storm-of-one-visit';
  const grown = await growth(() =>
    Promise.all(Array.from({ length: 50 }, () => accept(database, connection({ visitId }), context))),
  );
  assert.deepEqual(grown, { count: 1, arrivals: 50 });
});

test('fifty simultaneous visits count fifty', async () => {
  const grown = await growth(() =>
    Promise.all(Array.from({ length: 50 }, () => accept(database, connection(), context))),
  );
  assert.deepEqual(grown, { count: 50, arrivals: 50 });
});

test('a visit is remembered for a day after it was last seen', async () => {
  const visitId = 'remembered-visit';
  const seenAfter = async (seconds: number) => {
    time += seconds * 1000;
    return accept(database, connection({ visitId }), context);
  };
  assert.equal(await seenAfter(0), 'counted');
  assert.equal(await seenAfter(VISIT_MEMORY_SECONDS - 1), 'known');
  assert.equal(await seenAfter(VISIT_MEMORY_SECONDS - 1), 'known');
  // The marker has expired, but TTL has not deleted it yet.
  assert.equal(await seenAfter(VISIT_MEMORY_SECONDS), 'counted');
});

test('a bot is stored without being counted, and leaves no marker', async () => {
  const bot = connection({ counts: false });
  assert.deepEqual(await growth(() => accept(database, bot, context)), { count: 0, arrivals: 1 });
  assert.equal(await database.counterItem(`visit#${bot.visitId}`), undefined);
});
