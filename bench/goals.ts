/** The project's goals, compared with the measured figures. */
import type { Condition } from './cold-visit/index.ts';
import type { Results } from './results.ts';
import type { StormRow } from './storms/index.ts';
import type { ModelRow } from './storms/model.ts';

export interface Goal {
  goal: string;
  /** The measured figure as text. */
  measured: string;
  met: boolean;
}

const ms = (value: number): string => `${value} ms`;
const dollars = (value: number): string => `$${value.toFixed(2)}`;

function atMost(limit: number, value: number, goal: string, text: (value: number) => string = String): Goal {
  return { goal, measured: text(value), met: value <= limit };
}

function atLeast(limit: number, value: number, goal: string, measured = String(value)): Goal {
  return { goal, measured, met: value >= limit };
}

/** @returns the goals for which there are figures */
export function goalsOf(results: Results): Goal[] {
  return [
    ...basicGoals(results),
    ...(results.storms ?? []).flatMap(stormGoals),
    ...(results.steadyState ?? []).map(modelGoal),
    ...coldStartGoals(results),
    ...(results.coldVisit?.conditions ?? []).map(coldVisitGoal),
    ...paintGoals(results),
  ];
}

function basicGoals({ basics }: Results): Goal[] {
  if (!basics) return [];
  const { visits, postRate, secondStartMs, nodeModulesMB, openConnections } = basics;
  const { open, asked } = openConnections;
  return [
    atMost(600, secondStartMs, 'second start in at most 600 ms', ms),
    atMost(120, nodeModulesMB, 'node_modules of at most 120 MB', (size) => `${size} MB`),
    atLeast(1_000, postRate.postsPerSecond, 'at least 1,000 posts a second'),
    atLeast(5_000, open, '5,000 open connections', `${open} of ${asked}`),
    ...visits
      .filter(({ viewers }) => viewers === 100 || viewers === 1_000)
      .map(({ viewers, ours, plain }) => {
        const screens = viewers.toLocaleString('en-US');
        const goal = `a single visit is on the last of ${screens} screens within 100 ms (p50; plain ws: ${ms(plain.seenByAllMs)})`;
        return atMost(100, ours.seenByAllMs, goal, ms);
      }),
  ];
}

function stormGoals({ plan: { viewers }, ours, firstDesign }: StormRow): Goal[] {
  const name = `storm with ${viewers} viewers`;
  const [own, first] = [ours.storm.dollars.total, firstDesign.storm.dollars.total];
  if (viewers < 1_000) {
    const text = (cost: number) => `${dollars(cost)} against ${dollars(first)} per million visits`;
    return [atMost(first, own, `${name}: costs no more than the first design`, text)];
  }
  const posts = ours.storm.metered.posts.delivered;
  const firstPosts = firstDesign.storm.metered.posts.delivered + firstDesign.storm.undeliveredPosts;
  const factor = Math.floor(firstPosts / posts);
  const measured = `${posts} against ${firstPosts}, ${factor} times`;
  return [
    atLeast(100, factor, `${name}: at least 100 times fewer posts than the first design`, measured),
    atMost(30, own, `${name}: at most $30 per million visits`, dollars),
  ];
}

function modelGoal({ viewers, ours, firstDesign }: ModelRow): Goal {
  const limit = viewers < 1_000 ? firstDesign.dollars.total : 30;
  const bound = viewers < 1_000 ? `costs no more than the first design (${dollars(limit)})` : 'at most $30';
  const goal = `steady state, ${viewers} viewers: ${bound} per million visits`;
  return atMost(limit, ours.dollars.total, goal, dollars);
}

function coldStartGoals({ coldStart }: Results): Goal[] {
  const updater = coldStart?.functions.find(({ name }) => name === 'updater')?.ours;
  if (!updater) return [];
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} KB`;
  return [
    atMost(15, updater.initMs, 'updater: initialised in at most 15 ms', ms),
    atMost(120_000, updater.bytes, 'updater: bundle of at most 120 KB', kilobytes),
  ];
}

function coldVisitGoal({ name, variants }: Condition): Goal {
  const ours = variants['ours, cold'].number?.p50 ?? Infinity;
  const first = variants['first design, cold'].number?.p50 ?? NaN;
  const goal = `cold visit, ${name}: shows its own number in at most a third of the first design's time`;
  return atMost(first / 3, ours, goal, (value) => `${ms(value)} against ${ms(first)}`);
}

function paintGoals({ paint }: Results): Goal[] {
  if (!paint) return [];
  const text = (ratio: number) => `${ratio} times (${ms(paint.pageMs)} against ${ms(paint.controlMs)})`;
  return [atMost(1.06, paint.ratio, 'largest paint within 1.06 times that of a line of text', text)];
}
