/** One design with one audience: single visits, then a storm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCapacityProxy } from '../capacity/proxy.ts';
import { round, type Distribution } from '../percentiles.ts';
import { dollarsPerMillion, type Consumption, type Dollars } from '../prices.ts';
import type { Cloud } from '../processes/cloud.ts';
import type { Say } from '../clock.ts';
import { startWorker } from '../processes/worker.ts';
import { Crowd, type LoneVisits } from '../crowd.ts';
import { consumptionOf, Meter, type Design, type Metered } from './meter.ts';

export interface StormPlan {
  viewers: number;
  /** Visits per second, and for how many seconds. */
  rate: number;
  seconds: number;
  loneRepeats: number;
  /** When to give up on a storm that not every page has seen, in milliseconds since its start. */
  patienceMs: number;
}

export interface StormResult {
  visits: number;
  /** Visitors who were refused. */
  refused: number;
  /** From a visit's start until a viewer shows it. Infinite if the run was stopped before. */
  seen: Distribution & { unseen: number };
  /** From the storm's start until every viewer shows the last number. Missing if the run was stopped. */
  agreedMs?: number;
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
const PROGRESS_INTERVAL_MS = 10_000;

export async function measureDesign(design: Design, plan: StormPlan, say: Say): Promise<DesignResult> {
  const ours = design === 'ours';
  const { viewers } = plan;
  // Our design pauses after a broadcast; the first design does not.
  const pauseMs = RATE_MARGIN_MS + (ours ? (1000 * (viewers + 1)) / POSTS_PER_SECOND : 0);
  const [cloud, proxy] = await Promise.all([startWorker<Cloud>('cloud.ts'), startCapacityProxy()]);
  try {
    const started = await cloud.call('start', { design, dynamodbProxy: proxy.url, seats: viewers });
    proxy.forwardTo(started.dynamodbEndpoint);
    const meter = new Meter(cloud, proxy);
    const crowd = await Crowd.open({ url: started.webSocketUrl, hello: ours });
    try {
      await crowd.seat(viewers);
      if (ours) await crowd.agreed(60_000);
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
        storm: await measureStorm({ crowd, meter, design, pauseMs, say }, plan),
      };
    } finally {
      await crowd.close();
    }
  } finally {
    await cloud.call('close', undefined, 20_000).catch(() => {});
    await Promise.all([cloud.stop(), proxy.close()]);
  }
}

/** Waits until the first design has processed the records of the audience's own visits. */
async function drained(
  cloud: Awaited<ReturnType<typeof startWorker<Cloud>>>,
  records: number,
): Promise<void> {
  for (let second = 0; second < 120; second++) {
    const { functions } = await cloud.call('usage', undefined);
    if ((functions['broadcaster']?.invocations ?? 0) >= records) return;
    await sleep(1000);
  }
  throw new Error(`The broadcaster did not process ${records} records within two minutes.`);
}

interface StormContext {
  crowd: Crowd;
  meter: Meter;
  design: Design;
  pauseMs: number;
  say: Say;
}

async function measureStorm(
  { crowd, meter, design, pauseMs, say }: StormContext,
  { rate, seconds, patienceMs }: StormPlan,
): Promise<StormResult> {
  const base = crowd.count;
  await crowd.watchers.call('reset', undefined);
  const progress = setInterval(() => {
    void crowd.watchers
      .call('status', undefined)
      .then(({ received }) => say(`${design}: ${received} messages have arrived`))
      .catch(() => {});
  }, PROGRESS_INTERVAL_MS);
  const { began, starts, refused } = await crowd.visitors.call(
    'storm',
    { url: crowd.url, rate, seconds, hello: crowd.hello },
    patienceMs,
  );
  const visits = starts.length;
  crowd.count += visits;
  const left = Math.max(1000, patienceMs - seconds * 1000);
  const agreedAt = await crowd.watchers.call('agree', { count: crowd.count, timeoutMs: left }, left + 10_000);
  clearInterval(progress);
  // Work after the last post belongs to the storm too, such as deleting rows.
  if (agreedAt !== undefined) await sleep(pauseMs);
  const [metered, seen, { received }] = [
    await meter.read(),
    await crowd.watchers.call('assess', { base, starts }),
    await crowd.watchers.call('status', undefined),
  ];
  const undeliveredPosts = agreedAt === undefined ? Math.max(0, visits * crowd.audience - received) : 0;
  const used = consumptionOf(metered, visits, design);
  return {
    visits,
    refused,
    seen,
    ...(agreedAt !== undefined && { agreedMs: round(agreedAt - began) }),
    undeliveredPosts,
    metered,
    dollars: dollarsPerMillion(extrapolate(used, metered, undeliveredPosts, visits), visits),
  };
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
