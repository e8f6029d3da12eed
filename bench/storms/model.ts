/**
 * Steady state: N viewers, each staying two minutes, so N / 120 visits a second at random times. What a visit and a broadcast use is
 * measured (the lone visits); how many broadcasts there are is computed.
 */
import { dollarsPerMillion, sumOf, type Consumption } from '../prices.ts';
import { round } from '../percentiles.ts';
import { STAY_MINUTES, type Metered } from './meter.ts';
import type { StormRow } from './index.ts';
import type { DesignResult } from './storm.ts';

export interface ModelRow {
  viewers: number;
  visitsPerSecond: number;
  ours: ModelledDesign;
  firstDesign: ModelledDesign & {
    /** Share of the time that one broadcaster would need; above 1 it falls behind further and further. */
    utilization: number;
  };
}

export interface ModelledDesign {
  broadcastsPerVisit: number;
  postsPerVisit: number;
  dollars: Consumption & { total: number };
}

const STAY_SECONDS = 60 * STAY_MINUTES;
/** The shipped settings. */
const POSTS_PER_SECOND = 100;
const FAN_OUT_VIEWERS = 5_000;
const MEMORY_GB = 256 / 1024;
const RECONCILE_SECONDS = 60;
const SETTLED_SECONDS = 50;
/** A waiting broadcaster reads the counter again this often. */
const LOOK_AGAIN_SECONDS = 5;
/** A new on-demand table takes 4,000 write units a second, 1,000 a partition: its stream has a shard, and Lambda a poller, for each. */
const STREAM_SHARDS = 4;
/**
 * Lambda gives a whole processor to 1,769 MB; a handler that had one here takes so many times as long with 256 MB, as far as it computes.
 * Taken for all of its time: the dearest that it can be.
 */
const PROCESSOR_SHARE = 1769 / 256;

/** Measured over the lone visits before the largest audience, where the scan and the posts weigh most. */
export function modelOf(audiences: StormRow[], viewers: number[]): ModelRow[] {
  const largest = audiences.at(-1)!;
  const smallest = audiences[0]!;
  const measured = {
    ours: measuredUnits(largest.ours, smallest.ours, largest.plan.viewers - smallest.plan.viewers),
    firstDesign: measuredUnits(
      largest.firstDesign,
      smallest.firstDesign,
      largest.plan.viewers - smallest.plan.viewers,
    ),
  };
  return viewers.map((n) => ({
    viewers: n,
    visitsPerSecond: round(n / STAY_SECONDS, 3),
    ours: modelOurs(n, measured.ours),
    firstDesign: modelFirstDesign(n, measured.firstDesign),
  }));
}

export interface MeasuredUnits {
  /** Units of one call, by operation. */
  perCall: Record<string, number>;
  /** Read units that a scan takes for each row. */
  scanPerRow: number;
  /** GB-seconds of one invocation of the updater, at a full processor. */
  updater: number;
  /** GB-seconds of a broadcast: of its own, and for each post. */
  broadcast: number;
  post: number;
  /** Milliseconds of the broadcaster for each post. */
  msPerPost: number;
}

function measuredUnits(large: DesignResult, small: DesignResult, moreViewers: number): MeasuredUnits {
  const { metered, repeats } = large.lone;
  const perCall: Record<string, number> = {};
  for (const [operation, { units, calls }] of Object.entries(metered.dynamodb))
    perCall[operation] = units / calls;
  const rows = metered.posts.delivered / repeats;
  const broadcaster = (m: Metered, n: number) => (m.functions['broadcaster']?.gbSeconds ?? 0) / n;
  const slope =
    (broadcaster(metered, repeats) - broadcaster(small.lone.metered, small.lone.repeats)) / moreViewers;
  const updater = metered.functions['updater']!;
  return {
    perCall,
    scanPerRow: (perCall['Scan'] ?? 0) / rows,
    updater: updater.gbSeconds / updater.invocations,
    broadcast: broadcaster(small.lone.metered, small.lone.repeats),
    post: Math.max(0, slope),
    msPerPost: (1000 * Math.max(0, slope)) / MEMORY_GB,
  };
}

/** Every visit is a transaction, a snapshot and a departure; every broadcast reads all, publishes, posts and settles. */
export function modelOurs(viewers: number, { perCall, ...measured }: MeasuredUnits): ModelledDesign {
  const call = (operation: string) => perCall[operation] ?? 0;
  const rate = viewers / STAY_SECONDS;
  const pace = viewers / POSTS_PER_SECOND;
  // A broadcast begins when the pace of the one before is over and somebody has come meanwhile, or else with the next who comes.
  const cycle = pace + Math.exp(-rate * pace) / rate;
  const visitsPerCycle = rate * cycle;
  // Whoever comes during the pace wakes a broadcaster that waits for its end; each shard of the stream may wake one.
  const waiters = Math.min(STREAM_SHARDS, visitsPerCycle);
  const waitSeconds = pace - (1 - Math.exp(-rate * pace)) / rate;
  const workers = viewers > FAN_OUT_VIEWERS ? Math.ceil(viewers / FAN_OUT_VIEWERS) : 0;
  const scan = viewers * measured.scanPerRow;
  // The clock's own broadcasts: where nobody has come for so long that departures are still to be told.
  const reconciliations = cycle / RECONCILE_SECONDS;
  const overdue = reconciliations * Math.exp(-rate * SETTLED_SECONDS);
  const broadcasts = 1 + overdue;

  const visit: Partial<Consumption> = {
    message: 2,
    connectionMinute: STAY_MINUTES,
    lambdaRequest: 3,
    gbSecond: 3 * measured.updater * PROCESSOR_SHARE,
    writeUnit: call('TransactWriteItems') + call('DeleteItem'),
    readUnit: call('BatchGetItem') + call('GetItem'),
  };
  const broadcast: Partial<Consumption> = {
    message: viewers,
    lambdaRequest: waiters + workers,
    gbSecond:
      (measured.broadcast + viewers * measured.post) * PROCESSOR_SHARE + waiters * waitSeconds * MEMORY_GB,
    writeUnit: call('PutItem') + call('UpdateItem'),
    readUnit:
      waiters * (scan + call('BatchGetItem') * (1 + waitSeconds / LOOK_AGAIN_SECONDS)) +
      (workers > 0 ? scan : 0),
  };
  const reconcile: Partial<Consumption> = {
    lambdaRequest: 1,
    gbSecond: measured.updater * PROCESSOR_SHARE,
    readUnit: call('BatchGetItem'),
  };
  const used = sumOf([visit, visitsPerCycle], [broadcast, broadcasts], [reconcile, reconciliations]);
  return {
    broadcastsPerVisit: round(broadcasts / visitsPerCycle, 4),
    postsPerVisit: round((broadcasts * viewers) / visitsPerCycle, 2),
    dollars: dollarsPerMillion(used, visitsPerCycle),
  };
}

/** Every visit is two writes and a departure, and a broadcast of its own. */
export function modelFirstDesign(
  viewers: number,
  { perCall, ...measured }: MeasuredUnits,
): ModelRow['firstDesign'] {
  const call = (operation: string) => perCall[operation] ?? 0;
  const used = sumOf([
    {
      message: viewers,
      connectionMinute: STAY_MINUTES,
      lambdaRequest: 3,
      gbSecond: (2 * measured.updater + measured.broadcast + viewers * measured.post) * PROCESSOR_SHARE,
      writeUnit: call('PutItem') + call('UpdateItem') + call('DeleteItem'),
      readUnit: Math.max(0.5, viewers * measured.scanPerRow),
    },
  ]);
  return {
    broadcastsPerVisit: 1,
    postsPerVisit: viewers,
    dollars: dollarsPerMillion(used, 1),
    utilization: round((viewers / STAY_SECONDS) * ((viewers * measured.msPerPost) / 1000), 2),
  };
}
