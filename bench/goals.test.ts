import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goalsOf } from './goals.ts';
import { merge, readResults, type Results } from './results.ts';

const latest = (await readResults('latest')) as Required<Results>;
const row = (viewers: number) => structuredClone(latest.storms.find(({ plan }) => plan.viewers === viewers)!);

/** The goal with these words, after a change to the latest figures. */
function goal(words: string, change: (results: Required<Results>) => void) {
  const results = structuredClone(latest);
  change(results);
  return goalsOf(results).find((each) => each.goal.includes(words))!;
}

test('without figures there are no goals', () => assert.deepEqual(goalsOf({}), []));

test('a storm with 1,000 viewers counts undelivered posts too', () => {
  const withPosts = (ours: number, undelivered: number) =>
    goal('100 times fewer posts', (results) => {
      const storm = row(1_000);
      storm.ours.storm.metered.posts.delivered = ours;
      storm.firstDesign.storm.metered.posts.delivered = 1_000_000;
      storm.firstDesign.storm.undeliveredPosts = undelivered;
      results.storms = [storm];
    });
  assert.equal(withPosts(3_000, 0).met, true);
  assert.equal(withPosts(20_000, 0).met, false);
  const { met, measured } = withPosts(20_000, 1_000_000);
  assert.deepEqual([met, measured], [true, '20000 against 2000000, 100 times']);
});

for (const [words, met, missed, change] of [
  [
    'storm with 10 viewers',
    15,
    15.01,
    (results, value) => {
      results.storms = [row(10)];
      results.storms[0]!.ours.storm.dollars.total = value;
      results.storms[0]!.firstDesign.storm.dollars.total = 15;
    },
  ],
  [
    '1,000 screens',
    100,
    101,
    ({ basics }, value) => {
      for (const visit of basics.visits) visit.ours.seenByAllMs = value;
    },
  ],
  ['second start', 600, 601, ({ basics }, value) => void (basics.secondStartMs = value)],
  [
    'a third',
    100,
    101,
    ({ coldVisit }, value) => {
      const { variants } = coldVisit.conditions[0]!;
      variants['ours, cold'].number!.p50 = value;
      variants['first design, cold'].number!.p50 = 300;
    },
  ],
  ['line of text', 1.06, 1.061, ({ paint }, value) => void (paint.ratio = value)],
] as [string, number, number, (results: Required<Results>, value: number) => void][])
  test(`the goal "${words}" is met at ${met}, and missed at ${missed}`, () => {
    assert.equal(goal(words, (results) => change(results, met)).met, true);
    assert.equal(goal(words, (results) => change(results, missed)).met, false);
  });

test('a run with one audience keeps the others, and the model uses all', () => {
  const { machine } = latest.basics;
  const first = merge({}, { ...machine, date: 'first' }, { storms: [row(1_000)] });
  assert.deepEqual(first.steadyState, [], 'one audience does not show the cost of a post');

  const both = merge(first, { ...machine, date: 'later' }, { storms: [row(10)] });
  assert.deepEqual(
    both.storms?.map(({ plan, machine: { date } }) => [plan.viewers, date]),
    [
      [10, 'later'],
      [1_000, 'first'],
    ],
  );
  assert.equal(both.steadyState?.length, 4);
  assert.ok(goalsOf(both).some(({ goal: text }) => text.startsWith('steady state, 10 viewers')));
});
