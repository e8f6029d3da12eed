import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plotOf } from './plot.ts';
import { readResults } from './results.ts';

/** Our design posts three times to each page, the first design 1,000 times. */
async function storms() {
  const rows = (await readResults('latest')).storms!.filter(({ plan }) =>
    [10, 100, 1_000].includes(plan.viewers),
  );
  for (const { plan, ours, firstDesign } of rows) {
    ours.storm.metered.posts.delivered = 3 * plan.viewers;
    firstDesign.storm.metered.posts.delivered = 1_000 * plan.viewers;
    firstDesign.storm.undeliveredPosts = 0;
    firstDesign.storm.seen.p50 = 20;
  }
  return rows;
}

test('every figure is a point and is in the description', async () => {
  const svg = plotOf(await storms());
  // Three panels with three audiences, the control in two of them, and the legend.
  assert.equal(svg.match(/<circle class="dot/g)?.length, 3 * (3 + 2 + 3) + 3);
  assert.match(svg, /the first design 10,000 at 10 viewers, 100,000 at 100 viewers, 1,000,000 at 1,000/);
  assert.match(svg, /this project 30 at 10 viewers, 300 at 100 viewers, 3,000 at 1,000 viewers/);
});

test('a stopped run is marked, and a missing figure is not a point', async () => {
  const rows = await storms();
  const { storm } = rows[2]!.firstDesign;
  storm.undeliveredPosts = 5;
  storm.seen.p50 = Infinity;
  const svg = plotOf(rows);
  assert.equal(svg.match(/dot hollow/g)?.length, 2);
  assert.match(svg, /Hollow: stopped before everyone had seen it/);
  assert.match(svg, /not seen at 1,000 viewers/);
  assert.match(svg, /stopped before/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});
