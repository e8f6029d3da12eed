import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plotOf } from './plot.ts';
import { stormRow } from './storms/sample-row.ts';

const rows = () => [10, 100, 1_000].map((viewers) => stormRow(viewers));
const dots = (svg: string) => svg.match(/<circle class="dot/g)?.length ?? 0;

test('every figure is a point and is in the description', () => {
  const svg = plotOf(rows());
  // Three panels with three audiences, the control in two of them, and the legend.
  assert.equal(dots(svg), 3 * (3 + 2 + 3) + 3);
  assert.match(svg, /the first design 10,000 at 10 viewers, 100,000 at 100 viewers, 1,000,000 at 1,000/);
  assert.match(svg, /this project 30 at 10 viewers, 300 at 100 viewers, 3,000 at 1,000 viewers/);
});

test('a stopped run is marked, and a missing figure is not a point', () => {
  const [ten, hundred, thousand] = rows() as [Row, Row, Row];
  thousand.firstDesign.storm.undeliveredPosts = 5;
  thousand.firstDesign.storm.seen.p50 = Infinity;
  const svg = plotOf([ten, hundred, thousand]);
  assert.equal(svg.match(/dot hollow/g)?.length, 2);
  assert.match(svg, /Hollow: stopped before everyone had seen it/);
  assert.match(svg, /not seen at 1,000 viewers/);
  assert.match(svg, /stopped before/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});
type Row = ReturnType<typeof stormRow>;

test('without figures the picture is empty', () => {
  assert.doesNotMatch(plotOf([]), /NaN|Infinity|undefined/);
});
