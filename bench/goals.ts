/** The project's goals, compared with the measured figures. */
import type { Results } from './results.ts';

export interface Goal {
  goal: string;
  /** The measured figure as text. */
  measured: string;
  met: boolean;
}

const ms = (value: number): string => `${value} ms`;
const dollars = (value: number): string => `$${value.toFixed(2)}`;

/** @returns the goals for which there are figures */
export function goalsOf(results: Results): Goal[] {
  return [
    ...basicGoals(results),
    ...stormGoals(results),
    ...modelGoals(results),
    ...coldStartGoals(results),
    ...coldVisitGoals(results),
  ];
}

function basicGoals({ basics }: Results): Goal[] {
  if (!basics) return [];
  const { visits, postRate, secondStartMs, nodeModulesMB, openConnections } = basics;
  const goals: Goal[] = [
    {
      goal: 'second start in at most 600 ms',
      measured: ms(secondStartMs),
      met: secondStartMs <= 600,
    },
    {
      goal: 'node_modules of at most 120 MB',
      measured: `${nodeModulesMB} MB`,
      met: nodeModulesMB <= 120,
    },
    {
      goal: 'at least 1,000 posts a second',
      measured: `${postRate.postsPerSecond}`,
      met: postRate.postsPerSecond >= 1_000,
    },
    {
      goal: '5,000 open connections',
      measured: `${openConnections.open} of ${openConnections.asked}`,
      met: openConnections.open >= 5_000,
    },
  ];
  const hundred = visits.find(({ viewers }) => viewers === 100);
  if (hundred)
    goals.push({
      goal: 'a single visit is on the last of 100 screens within 100 ms (p50)',
      measured: ms(hundred.ours.seenByAllMs),
      met: hundred.ours.seenByAllMs <= 100,
    });
  const thousand = visits.find(({ viewers }) => viewers === 1_000);
  if (thousand)
    goals.push({
      goal: `a single visit is on the last of 1,000 screens within 100 ms (p50; plain ws: ${ms(thousand.plain.seenByAllMs)})`,
      measured: ms(thousand.ours.seenByAllMs),
      met: thousand.ours.seenByAllMs <= 100,
    });
  return goals;
}

function stormGoals({ storms = [] }: Results): Goal[] {
  return storms.flatMap(({ plan: { viewers }, ours, firstDesign }) => {
    const goals: Goal[] = [];
    const [own, first] = [ours.storm.dollars.total, firstDesign.storm.dollars.total];
    if (viewers < 1_000)
      goals.push({
        goal: `storm with ${viewers} viewers: costs no more than the first design`,
        measured: `${dollars(own)} against ${dollars(first)} per million visits`,
        met: own <= first,
      });
    else {
      const posts = ours.storm.metered.posts.delivered;
      const firstPosts = firstDesign.storm.metered.posts.delivered + firstDesign.storm.undeliveredPosts;
      const factor = Math.floor(firstPosts / posts);
      goals.push(
        {
          goal: `storm with ${viewers} viewers: at least 100 times fewer posts than the first design`,
          measured: `${posts} against ${firstPosts}, ${factor} times`,
          met: factor >= 100,
        },
        {
          goal: `storm with ${viewers} viewers: at most $30 per million visits`,
          measured: dollars(own),
          met: own <= 30,
        },
      );
    }
    return goals;
  });
}

function modelGoals({ steadyState = [] }: Results): Goal[] {
  return steadyState.map(({ viewers, ours, firstDesign }) => {
    const limit = viewers < 1_000 ? firstDesign.dollars.total : 30;
    const bound = viewers < 1_000 ? `costs no more than the first design (${dollars(limit)})` : 'at most $30';
    return {
      goal: `steady state, ${viewers} viewers: ${bound} per million visits`,
      measured: dollars(ours.dollars.total),
      met: ours.dollars.total <= limit,
    };
  });
}

function coldStartGoals({ coldStart }: Results): Goal[] {
  const updater = coldStart?.functions.find(({ name }) => name === 'updater')?.ours;
  if (!updater) return [];
  return [
    {
      goal: 'updater: initialised in at most 15 ms',
      measured: ms(updater.initMs),
      met: updater.initMs <= 15,
    },
    {
      goal: 'updater: bundle of at most 120 KB',
      measured: `${Math.round(updater.bytes / 1000)} KB`,
      met: updater.bytes <= 120_000,
    },
  ];
}

function coldVisitGoals({ coldVisit, paint }: Results): Goal[] {
  const goals = (coldVisit?.conditions ?? []).map(({ name, variants }) => {
    const [ours, first] = [variants['ours, cold'].number?.p50, variants['first design, cold'].number?.p50];
    return {
      goal: `cold visit, ${name}: shows its own number in at most a third of the first design's time`,
      measured: `${ms(ours ?? NaN)} against ${ms(first ?? NaN)}`,
      met: 3 * (ours ?? Infinity) <= (first ?? 0),
    };
  });
  if (paint)
    goals.push({
      goal: 'largest paint within 1.06 times that of a line of text',
      measured: `${paint.ratio} times (${ms(paint.pageMs)} against ${ms(paint.controlMs)})`,
      met: paint.ratio <= 1.06,
    });
  return goals;
}
