import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { readCounter } from '../shared/counter.ts';
import { DynamoDBError, type DynamoDB } from '../shared/dynamodb.ts';
import { MAX_ATTEMPTS } from '../shared/retry.ts';
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
    countsAs: 'visit',
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

/** The sum of an attribute over all shards. */
const shards = async (attribute: string) =>
  (await database.items(database.visitorCountTable))
    .filter(({ id }) => id!.S!.startsWith('visits#'))
    .reduce((sum, item) => sum + Number(item[attribute]?.N ?? 0), 0);

test('a bot is counted apart, each time, and leaves no marker', async () => {
  const bot = connection({ countsAs: 'bot' });
  const bots = await shards('bots');
  const connects = async () => [await accept(database, bot, context), await accept(database, bot, context)];
  assert.deepEqual(await growth(connects), { count: 0, arrivals: 2 });
  assert.equal((await shards('bots')) - bots, 2);
  assert.equal(await database.counterItem(`visit#${bot.visitId}`), undefined);
});

test('a visit of the owner is counted apart, once, and through no link', async () => {
  const { linkId } = await link();
  const own = connection({ countsAs: 'own', linkId });
  const outcomes: string[] = [];
  const grown = await growth(async () => {
    for (let i = 0; i < 3; i++) outcomes.push(await accept(database, own, context));
  });
  assert.deepEqual(outcomes, ['own', 'known', 'known']);
  assert.deepEqual(grown, { count: 0, arrivals: 3 });
  assert.deepEqual([await shards('own'), await openings(linkId)], [1, 0]);
});

test('a visit of an edition is counted with it once', async () => {
  const page = connection({ edition: 'de' });
  await accept(database, page, context);
  await accept(database, page, context);
  await accept(database, connection({ countsAs: 'own', edition: 'de' }), context);
  assert.equal(await shards('edition#de'), 1);
});

/** A new link's id, and what removes it. */
async function link() {
  const linkId = `acme-${String(++visits)
    .padStart(8, 'a')
    .replace(/[0189]/g, 'z')}`;
  const item = { id: { S: `link#${linkId}` }, label: { S: 'Acme' }, visits: { N: '0' } };
  const TableName = database.visitorCountTable;
  await database.dynamodb.send('PutItem', { TableName, Item: item });
  const remove = () =>
    database.dynamodb.send('DeleteItem', { TableName, Key: { id: { S: `link#${linkId}` } } });
  return { linkId, remove };
}
const openings = async (linkId: string) =>
  Number((await database.counterItem(`link#${linkId}`))?.['visits']?.N ?? -1);

test('a counted link has the first and the last time of its visits', async () => {
  const { linkId } = await link();
  await accept(database, connection({ linkId }), context);
  time += 60_000;
  await accept(database, connection({ linkId }), context);
  assert.deepEqual(await database.counterItem(`link#${linkId}`), {
    id: { S: `link#${linkId}` },
    label: { S: 'Acme' },
    visits: { N: '2' },
    firstVisitAt: { N: String(START) },
    lastVisitAt: { N: String(START + 60_000) },
  });
});

test('a visit belongs to the first link it came with, however often it comes', async () => {
  const [{ linkId: first }, { linkId: second }] = [await link(), await link()];
  const visitId = 'visit-of-two-links';
  const grown = await growth(async () => {
    for (const linkId of [undefined, first, first, second, undefined, first, second])
      await accept(database, connection({ visitId, linkId }), context);
  });
  assert.deepEqual(grown, { count: 1, arrivals: 7 });
  assert.deepEqual([await openings(first), await openings(second)], [1, 0]);
});

test('fifty simultaneous handshakes of one visit count once for its link', async () => {
  const { linkId } = await link();
  const visitId = 'storm-through-one-link';
  const grown = await growth(() =>
    Promise.all(Array.from({ length: 50 }, () => accept(database, connection({ visitId, linkId }), context))),
  );
  assert.deepEqual(grown, { count: 1, arrivals: 50 });
  assert.equal(await openings(linkId), 1);
});

test('two people who share a link are two visits of it', async () => {
  const { linkId } = await link();
  await Promise.all([1, 2].map(() => accept(database, connection({ linkId }), context)));
  assert.equal(await openings(linkId), 2);
});

test('a link that vanishes between its read and the visit leaves a visit, and no item', async () => {
  const { linkId, remove } = await link();
  const { dynamodb } = database;
  const send: DynamoDB['send'] = async (operation, input) => {
    const answer = await dynamodb.send(operation, input);
    if (operation === 'GetItem') await remove();
    return answer;
  };
  const page = connection({ linkId });
  let outcome: string | undefined;
  const grown = await growth(async () => {
    outcome = await accept({ ...database, dynamodb: { send } }, page, context);
  });
  assert.deepEqual([outcome, grown], ['counted', { count: 1, arrivals: 1 }]);
  assert.equal(await database.counterItem(`link#${linkId}`), undefined);
  assert.equal((await database.counterItem(`visit#${page.visitId}`))?.['link'], undefined);
});

/** A database in which transactions conflict on one item until `isOver`. DynamoDB cancels them; the local engine runs them in turn. */
const contended = (id: string, isOver = () => false) => {
  const send: DynamoDB['send'] = async (operation, input) => {
    const { TransactItems = [] } = input as Partial<TransactWriteItemsInput>;
    const ids = TransactItems.map(({ Put, Update }) => (Put?.Item ?? Update?.Key)?.['id']?.S ?? '');
    if (isOver() || !ids.some((each) => each.startsWith(id))) return database.dynamodb.send(operation, input);
    const CancellationReasons = ids.map((each) => ({
      Code: each.startsWith(id) ? 'TransactionConflict' : 'None',
    }));
    const body = JSON.stringify({ __type: '#TransactionCanceledException', CancellationReasons });
    throw new DynamoDBError({ statusCode: 400, body });
  };
  return { ...database, dynamodb: { send } };
};

test('a link that stays contended does not refuse its visits, and counts them at their next handshake', async () => {
  const { linkId } = await link();
  const pages = Array.from({ length: 20 }, () => connection({ linkId }));
  const everyone = (where: Pick<TestDatabase, 'dynamodb'>) =>
    Promise.all(pages.map((page) => accept({ ...database, ...where }, page, context)));
  const outcomes: string[] = [];
  const grown = await growth(async () => outcomes.push(...(await everyone(contended(`link#${linkId}`)))));
  assert.deepEqual([new Set(outcomes), grown], [new Set(['counted']), { count: 20, arrivals: 20 }]);
  assert.equal(await openings(linkId), 0);
  const again = await growth(() => everyone(database).then(() => everyone(database)));
  assert.deepEqual(again, { count: 0, arrivals: 40 });
  assert.equal(await openings(linkId), 20);
});

test('a link that is contended for a while counts its visit', async () => {
  const { linkId } = await link();
  let attempts = 0;
  await accept(
    contended(`link#${linkId}`, () => ++attempts > (2 * MAX_ATTEMPTS) / 3),
    connection({ linkId }),
    context,
  );
  assert.equal(await openings(linkId), 1);
});

test('a visit that stays contended is refused, and counted by no one', async () => {
  const { linkId } = await link();
  const page = connection({ linkId });
  const grown = await growth(() =>
    assert.rejects(accept(contended(`visit#${page.visitId}`), page, context), DynamoDBError),
  );
  assert.deepEqual(grown, { count: 0, arrivals: 0 });
  assert.equal(await openings(linkId), 0);
});
