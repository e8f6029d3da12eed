/** Storms with audiences of several sizes: our design, the first design and a plain `ws` broadcast. */
import type { Say } from '../clock.ts';
import { withControl } from '../control.ts';
import type { LoneVisits, StormSeen } from '../crowd.ts';
import { modelOf, type ModelRow } from './model.ts';
import { measureDesign, type DesignResult, type StormPlan } from './storm.ts';

export interface StormRow {
  plan: StormPlan;
  ours: DesignResult;
  firstDesign: DesignResult;
  plain: { lone: LoneVisits; storm: Omit<StormSeen, 'received'> & { messages: number } };
}

const MODEL_VIEWERS = [10, 100, 1_000, 10_000];

/** Sizes of the audience. */
export const audiencesOf = (quick: boolean): number[] => (quick ? [10, 100] : [10, 100, 1_000]);

export async function measureStorm(say: Say, quick: boolean, viewers: number): Promise<StormRow> {
  const plan: StormPlan = {
    viewers,
    rate: quick ? 50 : 200,
    seconds: quick ? 2 : 5,
    loneRepeats: viewers >= 1_000 ? 4 : 5,
    patienceMs: quick ? 20_000 : 45_000,
  };
  const measure = async (design: 'ours' | 'first design') => {
    const result = await measureDesign(design, plan, say);
    say(`${viewers} viewers, ${design}: ${describe(result)}`);
    return result;
  };
  const plain = await withControl(async (crowd, seat) => {
    await seat(viewers);
    const lone = await crowd.loneVisits(plan.loneRepeats, 100);
    const { received: messages, ...storm } = await crowd.storm(plan);
    return { lone, storm: { ...storm, messages } };
  });
  say(
    `${viewers} viewers, plain ws: single visit on all screens in ${plain.lone.seenByAllMs} ms; storm: ${plain.storm.messages} messages`,
  );
  return { plan, plain, ours: await measure('ours'), firstDesign: await measure('first design') };
}

/** The steady state computed from these storms. Needs two sizes of the audience. */
export const steadyState = (rows: StormRow[]): ModelRow[] =>
  rows.length < 2 ? [] : modelOf(rows, MODEL_VIEWERS);

function describe({ lone, storm }: DesignResult): string {
  const end =
    storm.agreedMs === undefined
      ? `stopped with ${storm.undeliveredPosts} posts undelivered`
      : `all agree after ${storm.agreedMs} ms`;
  return `single visit on all screens in ${lone.seenByAllMs} ms; storm: ${storm.metered.posts.delivered} posts, ${end}`;
}
