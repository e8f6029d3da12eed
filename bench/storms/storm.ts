/** One design before one audience: lone visits, then a storm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCapacityProxy } from '../capacity/proxy.ts';
import { round, type Distribution } from '../percentiles.ts';
import { dollarsPerMillion, type Consumption } from '../prices.ts';
import type { Cloud } from '../processes/cloud.ts';
import type { Say } from '../progress.ts';
import { startWorker } from '../processes/worker.ts';
import { Stage, type LoneVisits } from '../stage.ts';
import { consumptionOf, Meter, type Design, type Metered } from './meter.ts';

export interface StormPlan {
  viewers: number;
  /** Visits a second, for so many seconds. */
  rate: number;
  seconds: number;
  loneRepeats: number;
  /** When a storm that has not been told to everybody is given up; milliseconds since its beginning. */
  patienceMs: number;
}

export interface StormResult {
  visits: number;
  /** Visitors who were not let in. */
  refused: number;
  /** From a visit's beginning until a viewer shows it; infinite where the run was stopped before. */
  seen: Distribution & { unseen: number };
  /** From the storm's beginning until every viewer shows the last number; missing where the run was stopped. */
  agreedMs?: number;
  /** Posts that a stopped run still owed: every viewer was to get one for each visit. */
  owedPosts: number;
  metered: Metered;
  /** Dollars for a million such visits; what was still owed is in it, at the rate of what had been done. */
  dollars: Consumption & { total: number };
}

export interface DesignResult {
  lone: LoneVisits & { metered: Metered; dollars: Consumption & { total: number } };
  storm: StormResult;
}

/** The shipped POSTS_PER_SECOND. */
const POSTS_PER_SECOND = 100;
const RATE_MARGIN_MS = 500;
/** While a storm blows itself out, a sign of life so often. */
const SIGN_OF_LIFE_MS = 10_000;

export async function measureDesign(design: Design, plan: StormPlan, say: Say): Promise<DesignResult> {
  const ours = design === 'ours';
  const { viewers } = plan;
  // Ours holds so long after a broadcast; the first design never does.
  const pauseMs = RATE_MARGIN_MS + (ours ? (1000 * (viewers + 1)) / POSTS_PER_SECOND : 0);
  const [cloud, proxy] = await Promise.all([startWorker<Cloud>('cloud.ts'), startCapacityProxy()]);
  try {
    const started = await cloud.call('start', { design, dynamodbProxy: proxy.url, seats: viewers });
    proxy.forwardTo(started.dynamodbEndpoint);
    const meter = new Meter(cloud, proxy);
    const stage = await Stage.open({ url: started.webSocketUrl, hello: ours });
    try {
      await stage.seat(viewers);
      if (ours) await stage.agreed(60_000);
      else await drained(cloud, viewers);
      await sleep(pauseMs);
      say(`${viewers} viewers, ${design}: seated`);

      await meter.reset();
      const lone = await stage.loneVisits(plan.loneRepeats, pauseMs);
      await sleep(pauseMs);
      const metered = await meter.read();
      const used = consumptionOf(metered, lone.repeats, design);
      await meter.reset();
      say(`${viewers} viewers, ${design}: ${lone.repeats} lone visits seen; storm begins`);
      return {
        lone: { ...lone, metered, dollars: dollarsPerMillion(used, lone.repeats) },
        storm: await measureStorm({ stage, meter, design, pauseMs, say }, plan),
      };
    } finally {
      await stage.close();
    }
  } finally {
    await cloud.call('close', undefined, 20_000).catch(() => {});
    await Promise.all([cloud.stop(), proxy.close()]);
  }
}

/** The first design has an invocation for every record, also for those that it says nothing about. */
async function drained(
  cloud: Awaited<ReturnType<typeof startWorker<Cloud>>>,
  records: number,
): Promise<void> {
  for (let second = 0; second < 120; second++) {
    const { functions } = await cloud.call('usage', undefined);
    if ((functions['broadcaster']?.invocations ?? 0) >= records) return;
    await sleep(1000);
  }
  throw new Error(`The stream's ${records} records were not worked off within two minutes.`);
}

interface Scene {
  stage: Stage;
  meter: Meter;
  design: Design;
  pauseMs: number;
  say: Say;
}

async function measureStorm(
  { stage, meter, design, pauseMs, say }: Scene,
  { rate, seconds, patienceMs }: StormPlan,
): Promise<StormResult> {
  const base = stage.count;
  await stage.watchers.call('reset', undefined);
  const signsOfLife = setInterval(() => {
    void stage.watchers
      .call('status', undefined)
      .then(({ received }) => say(`${design}: ${received} messages have arrived`))
      .catch(() => {});
  }, SIGN_OF_LIFE_MS);
  const { began, starts, refused } = await stage.visitors.call(
    'storm',
    { url: stage.url, rate, seconds, hello: stage.hello },
    patienceMs,
  );
  const visits = starts.length;
  stage.count += visits;
  const left = Math.max(1000, patienceMs - seconds * 1000);
  const agreedAt = await stage.watchers.call('agree', { count: stage.count, timeoutMs: left }, left + 10_000);
  clearInterval(signsOfLife);
  // What follows the last post belongs to the storm: a pause that is waited for, a row that is deleted.
  if (agreedAt !== undefined) await sleep(pauseMs);
  const [metered, seen, { received }] = [
    await meter.read(),
    await stage.watchers.call('assess', { base, starts }),
    await stage.watchers.call('status', undefined),
  ];
  const owedPosts = agreedAt === undefined ? Math.max(0, visits * stage.audience - received) : 0;
  const used = consumptionOf(metered, visits, design);
  return {
    visits,
    refused,
    seen,
    ...(agreedAt !== undefined && { agreedMs: round(agreedAt - began) }),
    owedPosts,
    metered,
    dollars: dollarsPerMillion(withOwed(used, metered, owedPosts, visits), visits),
  };
}

/** What a stopped run would have used to its end: the owed posts, and the broadcaster's invocations in proportion. */
function withOwed(used: Consumption, metered: Metered, owedPosts: number, visits: number): Consumption {
  if (owedPosts === 0) return used;
  const broadcaster = metered.functions['broadcaster'];
  const done = metered.posts.delivered + metered.posts.gone;
  const scans = metered.dynamodb['broadcaster']?.['Scan'];
  const owedInvocations = Math.max(0, visits - (broadcaster?.invocations ?? 0));
  return {
    ...used,
    message: used.message + owedPosts,
    lambdaRequest: used.lambdaRequest + owedInvocations,
    gbSecond: used.gbSecond + ((broadcaster?.gbSeconds ?? 0) * owedPosts) / Math.max(1, done),
    readUnit: used.readUnit + ((scans?.units ?? 0) / Math.max(1, scans?.calls ?? 0)) * owedInvocations,
  };
}
