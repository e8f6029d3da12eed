import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goalsOf } from './goals.ts';
import { merge, type Machine } from './results.ts';
import { stormRow } from './storms/sample-row.ts';

const machine: Machine = {
  date: '2026-11-24',
  cpu: 'some',
  cores: 2,
  memoryGB: 8,
  system: 'linux',
  node: 'v20',
  loadBefore: 0,
};
const onMachine = (viewers: number) => ({ machine, ...stormRow(viewers) });
const goal = (goals: ReturnType<typeof goalsOf>, words: string) =>
  goals.find((each) => each.goal.includes(words))!;

test('without figures there are no goals', () => assert.deepEqual(goalsOf({}), []));

test('a storm with 1,000 viewers counts undelivered posts too', () => {
  const row = onMachine(1_000);
  assert.equal(goal(goalsOf({ storms: [row] }), '100 times fewer posts').met, true);

  row.ours.storm.metered.posts.delivered = 20_000;
  assert.equal(goal(goalsOf({ storms: [row] }), '100 times fewer posts').met, false);
  row.firstDesign.storm.undeliveredPosts = 1_000_000;
  const stopped = goal(goalsOf({ storms: [row] }), '100 times fewer posts');
  assert.deepEqual([stopped.met, stopped.measured], [true, '20000 against 2000000, 100 times']);
});

test('with smaller audiences it must not cost more than the first design', () => {
  const row = onMachine(10);
  assert.equal(goal(goalsOf({ storms: [row] }), 'with 10 viewers').met, true);
  row.ours.storm.dollars.total = 15.01;
  assert.equal(goal(goalsOf({ storms: [row] }), 'with 10 viewers').met, false);
});

test('a single visit may take three plain broadcasts plus the time of its posts', () => {
  const seen = (seenByAllMs: number) => ({
    repeats: 1,
    seen: { samples: 1, p50: 1, p99: 1, max: 1 },
    seenByAllMs,
    openMs: 1,
  });
  const basics = (ms: number) => ({
    machine,
    secondStartMs: 2_001,
    nodeModulesMB: 60,
    connectRate: 1,
    postRate: { posts: 1, postsPerSecond: 2_000, postsPerCpuSecond: 1 },
    visits: [{ viewers: 1_000, ours: seen(ms), plain: seen(30) }],
    openConnections: { asked: 5_000, open: 5_000 },
  });
  assert.equal(goal(goalsOf({ basics: basics(590) }), 'all 1,000').met, true);
  assert.equal(goal(goalsOf({ basics: basics(591) }), 'all 1,000').met, false);
  assert.equal(goal(goalsOf({ basics: basics(1) }), 'second start').met, false);
});

test('a run with one audience keeps the others, and the model uses all', () => {
  const first = merge({}, machine, { storms: [stormRow(1_000)] });
  assert.deepEqual(first.steadyState, [], 'one audience does not show the cost of a post');

  const later = { ...machine, date: '2026-11-25' };
  const both = merge(first, later, { storms: [stormRow(10)] });
  assert.deepEqual(
    both.storms?.map(({ plan, machine: { date } }) => [plan.viewers, date]),
    [
      [10, '2026-11-25'],
      [1_000, '2026-11-24'],
    ],
  );
  assert.equal(both.steadyState?.length, 4);
  assert.ok(goalsOf(both).some(({ goal: text }) => text.startsWith('steady state, 10 viewers')));
});
