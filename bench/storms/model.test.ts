import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRICES } from '../../contract/prices.ts';
import { modelOf, type Measured } from './model.ts';

const REPEATS = 5;

/** Single visits by the units that the design should use; reading a row takes 1 % of a unit. */
function single(
  viewers: number,
  functions: number,
  dynamodb: Record<'updater' | 'broadcaster', Record<string, number>>,
): Measured['ours'] {
  const operations = (units: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(units).map(([name, each]) => [name, { calls: REPEATS, units: each * REPEATS }]),
    );
  const { updater, broadcaster } = dynamodb;
  return {
    lone: {
      repeats: REPEATS,
      metered: {
        posts: { delivered: REPEATS * viewers, gone: 0 },
        functions: {
          updater: { invocations: functions * REPEATS, gbSeconds: 0 },
          broadcaster: { invocations: REPEATS, gbSeconds: 0 },
        },
        dynamodb: { updater: operations(updater), broadcaster: operations(broadcaster) },
        readUnits: 0,
        writeUnits: 0,
      },
    },
  };
}

const row = (viewers: number): Measured => ({
  plan: { viewers },
  ours: single(viewers, 3, {
    updater: { TransactWriteItems: 6, DeleteItem: 1, GetItem: 0.5, BatchGetItem: 5 },
    broadcaster: { BatchGetItem: 9, Scan: viewers / 100, PutItem: 1, UpdateItem: 1 },
  }),
  firstDesign: single(viewers, 2, {
    updater: { PutItem: 1, UpdateItem: 1, DeleteItem: 1 },
    broadcaster: { Scan: viewers / 200 },
  }),
});

const [ten, hundred, , tenThousand] = modelOf([row(10), row(1_000)], [10, 100, 1_000, 10_000]) as [
  ModelRow,
  ModelRow,
  ModelRow,
  ModelRow,
];
type ModelRow = ReturnType<typeof modelOf>[0];
const near = (actual: number, expected: number, share = 0.01) =>
  assert.ok(Math.abs(actual - expected) <= share * expected, `${actual} is not about ${expected}`);

test('a small audience gets a broadcast per visit, and hello is two messages', () => {
  near(ten.ours.broadcastsPerVisit, 1);
  near(ten.ours.postsPerVisit, 10);
  near(ten.ours.dollars.message, 12);
});

test('a large audience gets one broadcast every N / POSTS_PER_SECOND seconds', () => {
  // 10,000 viewers mean 83.3 visits a second and a broadcast every 100 s.
  near(tenThousand.ours.broadcastsPerVisit, 1 / 8_333, 0.05);
  near(tenThousand.ours.postsPerVisit, 1.2);
});

test('the first design posts to every page for every visit', () => {
  assert.equal(hundred.firstDesign.postsPerVisit, 100);
  assert.equal(hundred.firstDesign.dollars.message, 100);
  assert.equal(hundred.firstDesign.dollars.writeUnit, 1.88, 'two writes and a delete');
});

test('our writes are those of a visit, its departure and the broadcast', () => {
  near(ten.ours.dollars.writeUnit, 1e6 * PRICES.writeUnit * (6 + 1 + 2));
});

test('our reads are those of hello, departures, the broadcast and the clock', () => {
  // 5 for hello, 0.5 for the departure, 9 and a scan of 0.1 for the broadcast. The clock reads every minute; a visit arrives every 12 s.
  near(ten.ours.dollars.readUnit, 1e6 * PRICES.readUnit * (5.5 + 9.1 + 0.2), 0.02);
});
