/**
 * When the pages are to be delivered new numbers, and which pages.
 *
 * A broadcast goes out immediately and at full speed; the next one may not begin before N / POSTS_PER_SECOND seconds have passed
 * since it began. What happens meanwhile is in the next one. A lease in the `broadcast` item lets one broadcaster post at a time,
 * without reserved concurrency.
 */
import { BROADCAST_ID, type BroadcastState } from '../../contract/tables.ts';
import type { Snapshot } from '../../contract/messages.ts';
import type { Totals } from '../shared/counter.ts';
import { HANDSHAKE_MS } from '../shared/lifetimes.ts';
import { dueRecords, isUnrecorded, record, type RecordOptions } from './record.ts';
import { DeadlineError, deliver, LEASE_MS, paceMs, snapshotOf, type DeliverOptions } from './deliver.ts';
import type { Connection, Segment } from './store.ts';

export interface BroadcastOptions extends DeliverOptions, RecordOptions {
  /** A larger audience is shared by workers, each with at most as many viewers. */
  fanOutViewers: number;
  /** Starts a worker for each event. */
  fanOut: (events: SegmentEvent[]) => Promise<void>;
}

/** A worker's share of a broadcast. */
export interface SegmentEvent extends Segment {
  snapshot: Snapshot;
  waitingSince?: number;
}

/** How often a broadcaster checks whether the lease is free. */
const LEASE_POLL_MS = 250;
/** Retries make a pace longer than its audience does, by at most this much. */
const PACE_MARGIN_MS = 1_000;
/** Reconciliation ignores younger values: unannounced departures wait for the next arrival this long. */
const SETTLED_MS = 50_000;

/** What a broadcaster remembers between its attempts. */
export interface Progress {
  revAtCall?: number;
  /** Values that another broadcaster wrote, and since when they have not changed on this one's clock. */
  leaseUntil?: Observation;
  notBefore?: Observation;
  /** count.json, while it is being written. */
  files?: Promise<unknown>;
}

interface Observation {
  value: number;
  seenAt: number;
}

/**
 * Returns once every page has been delivered values at least as new as those at the time of the call.
 * @param deadline no post and no pause begins after it; milliseconds since 1970
 * @throws {DeadlineError} if time ran out before that
 */
export async function broadcast(options: BroadcastOptions, deadline: number): Promise<void> {
  const progress: Progress = {};
  try {
    while (!(await tryBroadcast(options, deadline, progress)));
  } finally {
    // Lambda freezes the function when the handler returns.
    await progress.files;
  }
}

/** Waits for its turn or broadcasts. @returns whether the values at the time of the call have been delivered */
export async function tryBroadcast(
  options: BroadcastOptions,
  deadline: number,
  progress: Progress,
): Promise<boolean> {
  const { store, now, sleep } = options;
  const last = await store.readLastBroadcast();
  progress.revAtCall ??= last.rev;
  // The revision after the one at the call may have read the shards before the call. The one after that read them after it had read
  // its predecessor, thus after the call.
  if (last.deliveredRev === last.rev && last.rev >= progress.revAtCall + 2) return true;

  // Other clocks may be wrong, so what they wrote is waited for no longer than it can take.
  for (const name of ['leaseUntil', 'notBefore'] as const)
    if (progress[name]?.value !== last[name]) progress[name] = { value: last[name], seenAt: now() };
  const isLeased = last.leaseUntil !== 0 && now() < progress.leaseUntil!.seenAt + LEASE_MS;
  const longestPace = paceMs(last.viewers, options) + PACE_MARGIN_MS;
  const notBefore = Math.min(last.notBefore, progress.notBefore!.seenAt + longestPace);
  const wait = Math.max(notBefore - now(), isLeased ? LEASE_POLL_MS : 0);
  if (wait > 0) {
    if (now() + wait > deadline)
      throw new DeadlineError(`The next broadcast cannot begin for ${wait} ms, which is past the deadline.`);
    await sleep(wait);
    return false;
  }

  const readAt = now();
  const totals = await store.readTotals();
  const audience = await store.readAudience(readAt);
  const targets = targetsOf(last, totals, audience);
  const started = now();
  const reading = { readAt, totals, readUntil: started, viewers: audience.length };
  const due = dueRecords(options, last, reading);
  if (targets.length === 0 && isUnchanged(last, totals, audience) && !due.day && !due.file) return true;
  // A revision that cannot be delivered would only delay the next broadcaster.
  if (started >= deadline) throw new DeadlineError('There is no time left for a broadcast.');
  const next: BroadcastState = {
    id: BROADCAST_ID,
    rev: last.rev + 1,
    count: totals.count,
    viewers: audience.length,
    arrivals: totals.arrivals,
    readAt,
    notBefore: started + paceMs(targets.length, options),
    leaseUntil: started + LEASE_MS,
    deliveredRev: last.deliveredRev,
    ...(await record(options, last, reading, due)),
  };
  const workers = Math.ceil(targets.length / options.fanOutViewers);
  if (!(await store.publish(last, next, workers > 1 ? workers : 0))) return false;
  const isDelivered = await send(options, { last, next, targets, workers, deadline });
  // After the posts, which it would delay in a cold function; and the next broadcast does not wait for it.
  if (due.file) progress.files = Promise.all([progress.files, options.writeFiles?.(snapshotOf(next))]);
  return isDelivered;
}

interface Publication {
  last: BroadcastState;
  /** Published. */
  next: BroadcastState;
  targets: Connection[];
  /** Workers that share the audience. */
  workers: number;
  deadline: number;
}

/** Delivers a published revision. @returns whether it was delivered, or workers have taken it over */
async function send(
  options: BroadcastOptions,
  { last, next, targets, workers, deadline }: Publication,
): Promise<boolean> {
  const { store } = options;
  const waitingSince = earliest(targets.filter(({ connectedAt }) => connectedAt > last.readAt));
  if (workers > 1) {
    await fanOut(options, next, workers, waitingSince);
    return true;
  }
  const isOutdated = async () => {
    const { count, arrivals } = await store.readTotals();
    return count !== next.count || arrivals !== next.arrivals;
  };
  const { leaseUntil } = next;
  try {
    const delivery = { snapshot: next, targets, leaseUntil, deadline, waitingSince, isOutdated };
    return (await deliver(options, delivery)) && (await store.settle(next.rev));
  } catch (error) {
    // Should this fail too, the lease expires.
    await store.releaseLease(next.rev).catch(() => {});
    throw error;
  }
}

/** Whether the clock has to start a broadcast: the last one was cut off or not recorded, or someone may see old values. */
export async function isDue(options: BroadcastOptions): Promise<boolean> {
  const { store, now } = options;
  const last = await store.readLastBroadcast();
  if (last.deliveredRev !== last.rev || isUnrecorded(options, last)) return true;
  // A time far in the future comes from a wrong clock.
  const isOld = Math.abs(now() - last.readAt) >= SETTLED_MS;
  // `hello` and count.json never show less than one viewer, so an empty site keeps that number.
  return isOld && (last.viewers > 1 || (await store.readAudience(now())).length > 0);
}

/** Has the audience shared by workers, which settle the revision. The pace and the lease are those of the whole broadcast. */
async function fanOut(
  options: BroadcastOptions,
  next: BroadcastState,
  totalSegments: number,
  waitingSince: number | undefined,
): Promise<void> {
  const snapshot = snapshotOf(next);
  await options.fanOut(
    Array.from({ length: totalSegments }, (_, segment) => ({
      segment,
      totalSegments,
      snapshot,
      ...(waitingSince !== undefined && { waitingSince }),
    })),
  );
  options.log('info', 'fanned out', { ...snapshot, totalSegments }, { Broadcasts: 1 });
}

/**
 * Delivers to one segment, unless a newer revision makes it needless: Lambda may run the event minutes later, or again.
 * @throws if time ran out or no page could be reached; Lambda runs an asynchronous event up to three times
 */
export async function deliverSegment(
  options: BroadcastOptions,
  { snapshot, segment, totalSegments, waitingSince }: SegmentEvent,
  deadline: number,
): Promise<void> {
  const { store, now } = options;
  const leaseUntil = now() + LEASE_MS;
  if (!(await store.renewLease(snapshot.rev, leaseUntil, 0))) return;
  const targets = await store.readAudience(now(), { segment, totalSegments });
  const delivery = { snapshot, targets, leaseUntil, deadline, waitingSince, segment };
  if (await deliver(options, delivery)) await store.settle(snapshot.rev, segment);
}

/** Whether the last broadcast was delivered and has these very values. */
function isUnchanged(
  last: BroadcastState,
  { count }: Totals,
  { length: viewers }: readonly unknown[],
): boolean {
  return last.rev > 0 && last.deliveredRev === last.rev && last.count === count && last.viewers === viewers;
}

/**
 * Everyone if the values have changed. Otherwise only the connections that may have missed the last broadcast: their handshake was not
 * complete, the audience was read before they came, or their delivery was given up.
 */
function targetsOf(last: BroadcastState, totals: Totals, audience: Connection[]): Connection[] {
  if (!isUnchanged(last, totals, audience)) return audience;
  const hasArrivals = last.arrivals !== totals.arrivals;
  return audience.filter(
    ({ connectedAt, failures }) => failures > 0 || (hasArrivals && connectedAt > last.readAt - HANDSHAKE_MS),
  );
}

function earliest(connections: readonly Connection[]): number | undefined {
  return connections.length === 0
    ? undefined
    : connections.reduce((least, { connectedAt }) => Math.min(least, connectedAt), Infinity);
}
