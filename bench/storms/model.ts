/**
 * Steady state: N viewers, each staying two minutes, so N / 120 visits a second at random times. What a visit and a broadcast use is
 * measured (the lone visits); how many broadcasts there are is computed.
 */
import { totalOf } from '../capacity/units.ts';
import { dollarsPerMillion, sumOf, type Consumption } from '../prices.ts';
import { round } from '../percentiles.ts';
import { ADDRESS_WRITE_UNITS, STAY_MINUTES, type Metered } from './meter.ts';
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

/** What the model takes from the storms: the lone visits of both designs before audiences of different sizes. */
export interface Measured {
  plan: { viewers: number };
  ours: Pick<DesignResult, 'lone'>;
  firstDesign: Pick<DesignResult, 'lone'>;
}

const STAY_SECONDS = 60 * STAY_MINUTES;
/** The shipped settings. */
const POSTS_PER_SECOND = 100;
const FAN_OUT_VIEWERS = 5_000;
const MEMORY_GB = 256 / 1024;
const RECONCILE_SECONDS = 60;
const SETTLED_SECONDS = 50;
/** The clock reads one item, strongly consistent, to learn that there is nothing to do. */
const CLOCK_READ_UNITS = 1;
/** A waiting broadcaster reads the counter again this often. */
const LOOK_AGAIN_SECONDS = 5;
/** A new on-demand table takes 4,000 write units a second, 1,000 a partition: its stream has a shard, and Lambda a poller, for each. */
const STREAM_SHARDS = 4;
/**
 * Lambda gives a whole processor to 1,769 MB; a handler that had one here takes so many times as long with 256 MB, as far as it computes.
 * Taken for all of its time: the dearest that it can be.
 */
const PROCESSOR_SHARE = 1769 / 256;

/** @param rows at least two audiences, the smallest first: the posts' share is what the larger one takes more */
export function modelOf(rows: Measured[], viewers: number[]): ModelRow[] {
  const smallest = rows[0]!;
  const largest = rows.at(-1)!;
  const more = largest.plan.viewers - smallest.plan.viewers;
  const ours = unitsOf(largest.ours, smallest.ours, more);
  const firstDesign = unitsOf(largest.firstDesign, smallest.firstDesign, more);
  return viewers.map((n) => ({
    viewers: n,
    visitsPerSecond: round(n / STAY_SECONDS, 3),
    ours: modelOurs(n, ours),
    firstDesign: modelFirstDesign(n, firstDesign),
  }));
}

interface MeasuredUnits {
  /** What the updater's invocations of one visit take together: $connect, $disconnect and, with ours, hello. */
  visit: { invocations: number; gbSeconds: number; readUnits: number; writeUnits: number };
  /** Units of one call of the broadcaster, by operation. */
  perCall: (operation: string) => number;
  /** Read units that a scan takes for each row, and at least in all. */
  scanPerRow: number;
  leastScan: number;
  /** GB-seconds of a broadcast: of its own, and for each post. */
  broadcast: number;
  post: number;
}

function unitsOf(large: DesignLone, small: DesignLone, moreViewers: number): MeasuredUnits {
  const { metered, repeats } = large.lone;
  const updater = metered.functions['updater']!;
  const { readUnits, writeUnits } = totalOf(metered.dynamodb['updater'] ?? {});
  const perCall = (from: Metered) => (operation: string) => {
    const { units = 0, calls = 1 } = from.dynamodb['broadcaster']?.[operation] ?? {};
    return units / calls;
  };
  const gbSeconds = ({ lone }: DesignLone) =>
    (lone.metered.functions['broadcaster']?.gbSeconds ?? 0) / lone.repeats;
  const rows = metered.posts.delivered / repeats;
  return {
    visit: {
      invocations: updater.invocations / repeats,
      gbSeconds: updater.gbSeconds / repeats,
      readUnits: readUnits / repeats,
      writeUnits: writeUnits / repeats,
    },
    perCall: perCall(metered),
    scanPerRow: perCall(metered)('Scan') / rows,
    leastScan: perCall(small.lone.metered)('Scan'),
    broadcast: gbSeconds(small),
    post: Math.max(0, (gbSeconds(large) - gbSeconds(small)) / moreViewers),
  };
}

type DesignLone = Pick<DesignResult, 'lone'>;

/** Every visit is a transaction, a snapshot and a departure; every broadcast reads all, publishes, posts and settles. */
function modelOurs(viewers: number, { visit, perCall, ...measured }: MeasuredUnits): ModelledDesign {
  const rate = viewers / STAY_SECONDS;
  const pace = viewers / POSTS_PER_SECOND;
  // A broadcast begins when the pace of the one before is over and somebody has come meanwhile, or else with the next who comes.
  const cycle = pace + Math.exp(-rate * pace) / rate;
  const visitsPerCycle = rate * cycle;
  // Whoever comes during the pace wakes a broadcaster that waits for its end; each shard of the stream may wake one.
  const waiters = Math.min(STREAM_SHARDS, visitsPerCycle);
  const waitSeconds = pace - (1 - Math.exp(-rate * pace)) / rate;
  const workers = viewers > FAN_OUT_VIEWERS ? Math.ceil(viewers / FAN_OUT_VIEWERS) : 0;
  const scan = Math.max(measured.leastScan, viewers * measured.scanPerRow);
  // The clock's own broadcasts: where nobody has come for so long that departures are still to be told.
  const reconciliations = cycle / RECONCILE_SECONDS;
  const overdue = reconciliations * Math.exp(-rate * SETTLED_SECONDS);
  const broadcasts = 1 + overdue;

  const perVisit: Partial<Consumption> = {
    message: 2,
    connectionMinute: STAY_MINUTES,
    lambdaRequest: visit.invocations,
    gbSecond: visit.gbSeconds * PROCESSOR_SHARE,
    writeUnit: visit.writeUnits + ADDRESS_WRITE_UNITS,
    readUnit: visit.readUnits,
  };
  const perBroadcast: Partial<Consumption> = {
    message: viewers,
    lambdaRequest: waiters + workers,
    gbSecond:
      (measured.broadcast + viewers * measured.post) * PROCESSOR_SHARE + waiters * waitSeconds * MEMORY_GB,
    writeUnit: perCall('PutItem') + perCall('UpdateItem'),
    readUnit:
      waiters * (scan + perCall('BatchGetItem') * (1 + waitSeconds / LOOK_AGAIN_SECONDS)) +
      (workers > 0 ? scan : 0),
  };
  const perReconciliation: Partial<Consumption> = {
    lambdaRequest: 1,
    gbSecond: (visit.gbSeconds / visit.invocations) * PROCESSOR_SHARE,
    readUnit: CLOCK_READ_UNITS,
  };
  const used = sumOf(
    [perVisit, visitsPerCycle],
    [perBroadcast, broadcasts],
    [perReconciliation, reconciliations],
  );
  return {
    broadcastsPerVisit: round(broadcasts / visitsPerCycle, 6),
    postsPerVisit: round((broadcasts * viewers) / visitsPerCycle, 2),
    dollars: dollarsPerMillion(used, visitsPerCycle),
  };
}

/** Every visit is two writes and a departure, and a broadcast of its own. */
function modelFirstDesign(viewers: number, { visit, ...measured }: MeasuredUnits): ModelRow['firstDesign'] {
  const broadcast = measured.broadcast + viewers * measured.post;
  const used: Partial<Consumption> = {
    message: viewers,
    connectionMinute: STAY_MINUTES,
    lambdaRequest: visit.invocations + 1,
    gbSecond: (visit.gbSeconds + broadcast) * PROCESSOR_SHARE,
    writeUnit: visit.writeUnits,
    readUnit: visit.readUnits + Math.max(measured.leastScan, viewers * measured.scanPerRow),
  };
  const busySeconds = (viewers * measured.post) / MEMORY_GB;
  return {
    broadcastsPerVisit: 1,
    postsPerVisit: viewers,
    dollars: dollarsPerMillion(sumOf([used]), 1),
    utilization: round((viewers / STAY_SECONDS) * busySeconds, 2),
  };
}
