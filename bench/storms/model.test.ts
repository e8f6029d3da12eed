import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRICES } from '../prices.ts';
import { stormRow } from './figures.ts';
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

test('a small audience has a broadcast for every visit, and hello is two messages', () => {
  near(ten.ours.broadcastsPerVisit, 1);
  near(ten.ours.postsPerVisit, 10);
  near(ten.ours.dollars.message, 12);
});

test('a large audience has one broadcast in N / POSTS_PER_SECOND seconds, whatever comes', () => {
  // 10,000 viewers are 83.3 visits a second and a broadcast in 100 s.
  near(tenThousand.ours.broadcastsPerVisit, 1 / 8_333, 0.05);
  near(tenThousand.ours.postsPerVisit, 1.2);
});

test('the first design posts to everybody for every visit', () => {
  assert.equal(hundred.firstDesign.postsPerVisit, 100);
  assert.equal(hundred.firstDesign.dollars.message, 100);
  assert.equal(hundred.firstDesign.dollars.writeUnit, 1.88, 'two writes and a delete');
});

test('a visit of ours writes what was measured, the broadcast, and the address that loopback leaves out', () => {
  near(ten.ours.dollars.writeUnit, 1e6 * PRICES.writeUnit * (6 + 1 + 2 + 1));
});

test('reads are those of hello, of departures, of the broadcast and of the clock', () => {
  // 5 for hello, 0.5 for the departure; 9 and a scan of 0.1 for the broadcast; the clock looks every minute, a visit comes every 12 s.
  near(ten.ours.dollars.readUnit, 1e6 * PRICES.readUnit * (5.5 + 9.1 + 0.2), 0.02);
});
