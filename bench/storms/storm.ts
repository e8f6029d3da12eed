/** One design with one audience: single visits, then a storm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCapacityProxy } from '../capacity/proxy.ts';
import { dollarsPerMillion, type Consumption, type Dollars } from '../prices.ts';
import type { Cloud } from '../processes/cloud.ts';
import type { Say } from '../clock.ts';
import { startWorker, type Worker } from '../processes/worker.ts';
import { openCrowd, type Crowd, type LoneVisits, type Storm, type StormSeen } from '../crowd.ts';
import { consumptionOf, meterOf, type Design, type Meter, type Metered } from './meter.ts';

export interface StormPlan extends Storm {
  viewers: number;
  loneRepeats: number;
}

export interface StormResult extends Omit<StormSeen, 'received'> {
  /** Posts that a stopped run still had to make: one to each viewer for each visit. */
  undeliveredPosts: number;
  metered: Metered;
  /** Dollars per million such visits, including the undelivered posts at the same rate. */
  dollars: Dollars;
}

export interface DesignResult {
  lone: LoneVisits & { metered: Metered; dollars: Dollars };
  storm: StormResult;
}

/** The default POSTS_PER_SECOND. */
const POSTS_PER_SECOND = 100;
const RATE_MARGIN_MS = 500;

export async function measureDesign(design: Design, plan: StormPlan, say: Say): Promise<DesignResult> {
  const ours = design === 'ours';
  const { viewers } = plan;
  // Our design pauses after a broadcast; the first design does not.
  const pauseMs = RATE_MARGIN_MS + (ours ? (1000 * (viewers + 1)) / POSTS_PER_SECOND : 0);
  const [cloud, proxy] = await Promise.all([startWorker<Cloud>('cloud.ts'), startCapacityProxy()]);
  try {
    const started = await cloud.call('start', { design, dynamodbProxy: proxy.url, seats: viewers });
    proxy.forwardTo(started.dynamodbEndpoint);
    const meter = meterOf(cloud, proxy);
    const crowd = await openCrowd({ url: started.webSocketUrl, hello: ours });
    try {
      await crowd.seat(viewers);
      if (ours) await crowd.agreed();
      else await drained(cloud, viewers);
      await sleep(pauseMs);
      say(`${viewers} viewers, ${design}: audience connected`);

      await meter.reset();
      const lone = await crowd.loneVisits(plan.loneRepeats, pauseMs);
      await sleep(pauseMs);
      const metered = await meter.read();
      const used = consumptionOf(metered, lone.repeats, design);
      await meter.reset();
      say(`${viewers} viewers, ${design}: ${lone.repeats} single visits seen; storm begins`);
      return {
        lone: { ...lone, metered, dollars: dollarsPerMillion(used, lone.repeats) },
        storm: await measureStorm({ crowd, meter, design, pauseMs }, plan),
      };
    } finally {
      await crowd.close();
    }
  } finally {
    await Promise.all([cloud.stop(), proxy.close()]);
  }
}

/** Waits until the first design has processed the records of the audience's own visits. */
async function drained(cloud: Worker<Cloud>, records: number): Promise<void> {
  for (let second = 0; second < 120; second++) {
    const { functions } = await cloud.call('usage', undefined);
    if ((functions['broadcaster']?.invocations ?? 0) >= records) return;
    await sleep(1000);
  }
  throw new Error(`The broadcaster did not process ${records} records within two minutes.`);
}

async function measureStorm(
  { crowd, meter, design, pauseMs }: { crowd: Crowd; meter: Meter; design: Design; pauseMs: number },
  plan: StormPlan,
): Promise<StormResult> {
  const { received, ...seen } = await crowd.storm(plan);
  const isComplete = seen.agreedMs !== undefined;
  // Work after the last post belongs to the storm too, such as deleting rows.
  if (isComplete) await sleep(pauseMs);
  const metered = await meter.read();
  const { visits } = seen;
  const undeliveredPosts = isComplete ? 0 : Math.max(0, visits * plan.viewers - received);
  const used = extrapolate(consumptionOf(metered, visits, design), metered, undeliveredPosts, visits);
  return { ...seen, undeliveredPosts, metered, dollars: dollarsPerMillion(used, visits) };
}

/** Adds what a stopped run would have used to its end: the undelivered posts, and the broadcaster's invocations in proportion. */
function extrapolate(
  used: Consumption,
  metered: Metered,
  undeliveredPosts: number,
  visits: number,
): Consumption {
  if (undeliveredPosts === 0) return used;
  const broadcaster = metered.functions['broadcaster'];
  const done = metered.posts.delivered + metered.posts.gone;
  const scans = metered.dynamodb['broadcaster']?.['Scan'];
  const missingInvocations = Math.max(0, visits - (broadcaster?.invocations ?? 0));
  return {
    ...used,
    message: used.message + undeliveredPosts,
    lambdaRequest: used.lambdaRequest + missingInvocations,
    gbSecond: used.gbSecond + ((broadcaster?.gbSeconds ?? 0) * undeliveredPosts) / Math.max(1, done),
    readUnit: used.readUnit + ((scans?.units ?? 0) / Math.max(1, scans?.calls ?? 0)) * missingInvocations,
  };
}
