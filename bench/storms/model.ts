/**
 * The steady state: N viewers who each stay two minutes, so N / 120 visits per second at random times. The cost of a visit and of a
 * broadcast is measured (the single visits); the number of broadcasts is computed.
 */
import { totalOf } from '../capacity/units.ts';
import { dollarsPerMillion, sumOf, type Consumption, type Dollars } from '../prices.ts';
import { round } from '../percentiles.ts';
import { shippedMemory, WHOLE_PROCESSOR_MB } from '../topologies.ts';
import { STAY_MINUTES, type Metered } from './meter.ts';
import type { DesignResult } from './storm.ts';

export interface ModelRow {
  viewers: number;
  ours: ModelledDesign;
  firstDesign: ModelledDesign;
}

export interface ModelledDesign {
  broadcastsPerVisit: number;
  postsPerVisit: number;
  dollars: Dollars;
}

/** What the model needs of a storm: the single visits of both designs. */
export interface Measured {
  plan: { viewers: number };
  ours: SingleVisits;
  firstDesign: SingleVisits;
}

const STAY_SECONDS = 60 * STAY_MINUTES;
/** Default settings. */
const POSTS_PER_SECOND = 100;
const FAN_OUT_VIEWERS = 5_000;
const MEMORY_MB = shippedMemory();
const BROADCASTER_GB = MEMORY_MB['broadcaster']! / 1024;
const RECONCILE_SECONDS = 60;
const SETTLED_SECONDS = 50;
/** The clock reads one item consistently to find that there is nothing to do. */
const CLOCK_READ_UNITS = 1;
/** A waiting broadcaster reads the counter again at this interval. */
const REREAD_SECONDS = 5;
/** A new on-demand table takes 4,000 write units a second, 1,000 per partition. Each partition has a stream shard and a Lambda poller. */
const STREAM_SHARDS = 4;
/**
 * Lambda gives a full processor to 1,769 MB, so with less memory computing takes this many times as long. Applied to a handler's whole time,
 * waiting included: an upper bound.
 */
const slowdown = (name: string): number => WHOLE_PROCESSOR_MB / MEMORY_MB[name]!;

/** @param rows at least two sizes of the audience, the smallest first: their difference is the cost of the posts */
export function modelOf(rows: Measured[], viewers: number[]): ModelRow[] {
  const smallest = rows[0]!;
  const largest = rows.at(-1)!;
  const more = largest.plan.viewers - smallest.plan.viewers;
  const ours = unitsOf(largest.ours, smallest.ours, more);
  const firstDesign = unitsOf(largest.firstDesign, smallest.firstDesign, more);
  return viewers.map((n) => ({
    viewers: n,
    ours: modelOurs(n, ours),
    firstDesign: modelFirstDesign(n, firstDesign),
  }));
}

interface MeasuredUnits {
  /** All invocations of the updater for one visit: $connect, $disconnect and, in our design, hello. */
  visit: { invocations: number; gbSeconds: number; readUnits: number; writeUnits: number };
  /** Units of one call by the broadcaster, by operation. */
  perCall: (operation: string) => number;
  /** Read units of a scan: per row, and at least. */
  scanPerRow: number;
  minScan: number;
  /** GB-seconds of a broadcast without posts, and per post. */
  broadcast: number;
  post: number;
}

function unitsOf(large: SingleVisits, small: SingleVisits, moreViewers: number): MeasuredUnits {
  const { metered, repeats } = large.lone;
  const updater = metered.functions['updater']!;
  const { readUnits, writeUnits } = totalOf(metered.dynamodb['updater'] ?? {});
  const perCall = (from: Metered) => (operation: string) => {
    const { units = 0, calls = 1 } = from.dynamodb['broadcaster']?.[operation] ?? {};
    return units / calls;
  };
  const gbSeconds = ({ lone }: SingleVisits) =>
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
    minScan: perCall(small.lone.metered)('Scan'),
    broadcast: gbSeconds(small),
    post: Math.max(0, (gbSeconds(large) - gbSeconds(small)) / moreViewers),
  };
}

interface SingleVisits {
  lone: Pick<DesignResult['lone'], 'metered' | 'repeats'>;
}

/** Each visit is a transaction, a snapshot and a departure. Each broadcast reads all, publishes, posts and settles. */
function modelOurs(viewers: number, { visit, perCall, ...measured }: MeasuredUnits): ModelledDesign {
  const rate = viewers / STAY_SECONDS;
  const pace = viewers / POSTS_PER_SECOND;
  // A broadcast begins when the previous one's pace is over if a visit arrived meanwhile, otherwise with the next visit.
  const cycle = pace + Math.exp(-rate * pace) / rate;
  const visitsPerCycle = rate * cycle;
  // A visit during the pace wakes a broadcaster that waits for its end, at most one per stream shard.
  const waiters = Math.min(STREAM_SHARDS, visitsPerCycle);
  const waitSeconds = pace - (1 - Math.exp(-rate * pace)) / rate;
  const workers = viewers > FAN_OUT_VIEWERS ? Math.ceil(viewers / FAN_OUT_VIEWERS) : 0;
  const scan = Math.max(measured.minScan, viewers * measured.scanPerRow);
  // The clock broadcasts departures if no visit has arrived for a while.
  const reconciliations = cycle / RECONCILE_SECONDS;
  const overdue = reconciliations * Math.exp(-rate * SETTLED_SECONDS);
  const broadcasts = 1 + overdue;

  const perVisit: Partial<Consumption> = {
    message: 2,
    connectionMinute: STAY_MINUTES,
    lambdaRequest: visit.invocations,
    gbSecond: visit.gbSeconds * slowdown('updater'),
    writeUnit: visit.writeUnits,
    readUnit: visit.readUnits,
  };
  const perBroadcast: Partial<Consumption> = {
    message: viewers,
    lambdaRequest: waiters + workers,
    gbSecond:
      (measured.broadcast + viewers * measured.post) * slowdown('broadcaster') +
      waiters * waitSeconds * BROADCASTER_GB,
    writeUnit: perCall('PutItem') + perCall('UpdateItem'),
    readUnit:
      waiters * (scan + perCall('BatchGetItem') * (1 + waitSeconds / REREAD_SECONDS)) +
      (workers > 0 ? scan : 0),
  };
  const perReconciliation: Partial<Consumption> = {
    // The schedule invokes both functions.
    lambdaRequest: 2,
    gbSecond: 2 * (visit.gbSeconds / visit.invocations) * slowdown('updater'),
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

/** Each visit is two writes, a departure and a broadcast. */
function modelFirstDesign(viewers: number, { visit, ...measured }: MeasuredUnits): ModelledDesign {
  const broadcast = measured.broadcast + viewers * measured.post;
  const used: Partial<Consumption> = {
    message: viewers,
    connectionMinute: STAY_MINUTES,
    lambdaRequest: visit.invocations + 1,
    gbSecond: visit.gbSeconds * slowdown('updater') + broadcast * slowdown('broadcaster'),
    writeUnit: visit.writeUnits,
    readUnit: visit.readUnits + Math.max(measured.minScan, viewers * measured.scanPerRow),
  };
  return {
    broadcastsPerVisit: 1,
    postsPerVisit: viewers,
    dollars: dollarsPerMillion(sumOf([used]), 1),
  };
}
