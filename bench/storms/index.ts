/** Storms: our design, the first design and a plain `ws` broadcast, before audiences of several sizes. */
import type { Say } from '../progress.ts';
import { measureControl, type ControlResult } from './control.ts';
import { modelOf, type ModelRow } from './model.ts';
import { measureDesign, type DesignResult, type StormPlan } from './storm.ts';

export interface StormRow {
  plan: StormPlan;
  ours: DesignResult;
  firstDesign: DesignResult;
  plain: ControlResult;
}

export interface Storms {
  audiences: StormRow[];
  /** Steady state, computed from the measured units. */
  model: ModelRow[];
}

/** A page stays for two minutes, so an audience of N is N / 120 visits a second. */
const MODEL_VIEWERS = [10, 100, 1_000, 10_000];

export async function measureStorms(say: Say, quick: boolean): Promise<Storms> {
  const audiences: StormRow[] = [];
  for (const viewers of quick ? [10, 100] : [10, 100, 1_000]) {
    const plan: StormPlan = {
      viewers,
      rate: quick ? 50 : 200,
      seconds: quick ? 2 : 5,
      loneRepeats: viewers >= 1_000 ? 4 : 5,
      patienceMs: quick ? 20_000 : 120_000,
    };
    const measure = async (design: 'ours' | 'first design') => {
      const result = await measureDesign(design, plan);
      say(`${viewers} viewers, ${design}: ${describe(result)}`);
      return result;
    };
    audiences.push({
      plan,
      plain: await measureControl(plan),
      ours: await measure('ours'),
      firstDesign: await measure('first design'),
    });
  }
  return { audiences, model: modelOf(audiences, MODEL_VIEWERS) };
}

function describe({ lone, storm }: DesignResult): string {
  const { delivered } = storm.metered.posts;
  const agreed =
    storm.agreedMs === undefined
      ? `stopped, ${storm.owedPosts} posts owed`
      : `all agree after ${storm.agreedMs} ms`;
  return [
    `lone visit seen by all in ${lone.seenByAllMs} ms`,
    `storm of ${storm.visits}: ${delivered} posts, ${agreed}`,
    `seen p50 ${storm.seen.p50} ms`,
    `$${storm.dollars.total} a million`,
  ].join('; ');
}
