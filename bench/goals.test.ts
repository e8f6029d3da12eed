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

test('a single visit is on 1,000 screens, and a second start is done, in time', () => {
  const seen = (seenByAllMs: number) => ({
    repeats: 1,
    seen: { samples: 1, p50: 1, p99: 1, max: 1 },
    seenByAllMs,
    openMs: 1,
  });
  const basics = (ms: number) => ({
    machine,
    secondStartMs: 6 * ms,
    nodeModulesMB: 60,
    connectRate: 1,
    postRate: { posts: 1, postsPerSecond: 2_000, postsPerCpuSecond: 1 },
    visits: [{ viewers: 1_000, ours: seen(ms), plain: seen(30) }],
    openConnections: { asked: 5_000, open: 5_000 },
  });
  for (const [value, met] of [
    [100, true],
    [101, false],
  ] as const) {
    const goals = goalsOf({ basics: basics(value) });
    assert.deepEqual([goal(goals, '1,000 screens').met, goal(goals, 'second start').met], [met, met]);
  }
});

test('a cold visit needs at most a third of the first design’s time', () => {
  const at = (p50: number) => ({ number: { p50, p95: p50 } });
  const coldVisit = (ours: number) => ({
    machine,
    memory: [],
    skipped: [],
    conditions: [
      {
        name: 'here',
        roundTripMs: 0,
        lambdaProcessor: false,
        visits: 20,
        variants: { 'ours, cold': at(ours), 'first design, cold': at(300), 'ours, warm': at(1) },
      },
    ],
  });
  assert.equal(goal(goalsOf({ coldVisit: coldVisit(100) }), 'a third').met, true);
  assert.equal(goal(goalsOf({ coldVisit: coldVisit(101) }), 'a third').met, false);
  const paint = (ratio: number) => ({ machine, runs: 9, pageMs: 1, controlMs: 1, ratio });
  assert.equal(goal(goalsOf({ paint: paint(1.06) }), 'line of text').met, true);
  assert.equal(goal(goalsOf({ paint: paint(1.061) }), 'line of text').met, false);
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
