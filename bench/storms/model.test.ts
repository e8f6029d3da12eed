import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRICES } from '../../contract/prices.ts';
import { stormRow } from './sample-row.ts';
import { modelOf } from './model.ts';

const [ten, hundred, , tenThousand] = modelOf([stormRow(10), stormRow(1_000)], [10, 100, 1_000, 10_000]) as [
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
