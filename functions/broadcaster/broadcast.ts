/**
 * Telling every open page the newest numbers, at a bounded price.
 *
 * A broadcast goes out at once and at full speed; the next one may not begin before N / POSTS_PER_SECOND seconds have passed
 * since this one began. Whatever happens meanwhile is in the next one. The `broadcast` item is the lease that lets one
 * broadcaster at a time speak, without reserved concurrency, and that a crashed one leaves behind to expire.
 */
import { BROADCAST_ID, type BroadcastState } from '../../contract/tables.ts';
import { readCounter, type Counter } from '../shared/counter.ts';
import { HANDSHAKE_MS } from '../shared/lifetimes.ts';
import { readAudience, type Connection } from './audience.ts';
import type { FanOut } from './fan-out.ts';
import { publish, settle } from './state.ts';
import { MAX_REPEATS, reasonsOf, repeatPause, tell, type TellOptions } from './tell.ts';

export interface BroadcastOptions extends TellOptions {
  /** Posts a second, on average over time, whoever makes them. */
  postsPerSecond: number;
  /** A larger audience is handed to workers, each with as many viewers at most. */
  fanOutViewers: number;
  fanOut: FanOut;
}

/** How long posting may take beyond its pace before another broadcaster may think that this one has died. */
const LEASE_MARGIN_MS = 10_000;
/** A waiting broadcaster looks again this often, should the one before finish early. */
const MAX_WAIT_MS = 5_000;

/** What this invocation has published last, and whom of it has yet to be told. */
interface Attempt {
  rev: number;
  owed: Connection[];
  repeats: number;
  /** Posts accepted since the invocation began. */
  delivered: number;
}

/** Out of time with pages still to be told; the batch must come again. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
}

/**
 * Returns when every page shows values at least as new as those at the time of the call.
 * @param deadline no post and no wait begins after it; milliseconds since 1970
 * @throws {DeadlineError} when time ran out before that
 */
export async function broadcast(options: BroadcastOptions, deadline: number): Promise<void> {
  const { database, now, sleep } = options;
  let own: Attempt | undefined;
  let atCall: Counter | undefined;
  for (;;) {
    const counter = await readCounter(database);
    atCall ??= counter;
    if (isToldSince(atCall, counter)) return;
    const wait = counter.lastBroadcast.notBefore - now();
    if (wait > 0) {
      if (now() + wait > deadline)
        throw new DeadlineError(
          `the next broadcast may begin in ${wait} ms, past this invocation's deadline`,
        );
      await sleep(Math.min(wait, MAX_WAIT_MS));
      continue;
    }
    const readAt = now();
    const audience = await readAudience(database, readAt);
    const targets = whoToTell(counter, audience, own);
    if (targets.length === 0 && isTold(counter, audience)) return;

    const started = now();
    // A revision that nobody can be told of any more would only hold up whoever comes next.
    if (started >= deadline) throw new DeadlineError('there is no time left to tell anybody');
    const pace = (1000 * targets.length) / options.postsPerSecond;
    const next: BroadcastState = {
      id: BROADCAST_ID,
      rev: counter.lastBroadcast.rev + 1,
      count: counter.count,
      viewers: audience.length,
      arrivals: counter.arrivals,
      readAt,
      notBefore: Math.ceil(started + pace + LEASE_MARGIN_MS),
      deliveredRev: counter.lastBroadcast.deliveredRev,
    };
    if (!(await publish(database, next))) continue;

    const since = waitingSince(audience, counter.lastBroadcast.readAt);
    if (targets.length > options.fanOutViewers) {
      await handOver(options, next, targets.length, since);
      if (await settle(database, { rev: next.rev, notBefore: started + pace, complete: true })) return;
      continue;
    }
    const report = await tell(options, next, targets, deadline, { isBroadcast: true, waitingSince: since });
    const repeats = own ? own.repeats + 1 : 0;
    const delivered: number = (own?.delivered ?? 0) + report.delivered;
    const complete = report.owed.length === 0;
    const isLast = complete || repeats === MAX_REPEATS;
    const pause = isLast ? pace : Math.max(pace, repeatPause(repeats));
    const settled = await settle(database, { rev: next.rev, notBefore: started + pause, complete });
    if (isLast && settled) {
      // What is still owed stays owed: `deliveredRev` lags, so that the batch or the reconciliation tells everybody again.
      if (delivered === 0 && !complete) throw new Error(`no page could be told: ${reasonsOf(report)}`);
      return;
    }
    own = { rev: next.rev, owed: report.owed, repeats, delivered };
  }
}

/** Gives the broadcast to as many workers as the audience needs. The pace is that of the whole audience, so the ceiling holds over all. */
async function handOver(
  options: BroadcastOptions,
  { count, viewers, rev }: BroadcastState,
  targets: number,
  since: number | undefined,
): Promise<void> {
  const totalSegments = Math.ceil(targets / options.fanOutViewers);
  const snapshot = { count, viewers, rev };
  await options.fanOut(
    Array.from({ length: totalSegments }, (_, segment) => ({
      segment,
      totalSegments,
      snapshot,
      ...(since !== undefined && { waitingSince: since }),
    })),
  );
  options.log('info', 'handed over', { ...snapshot, totalSegments }, { Broadcasts: 1 });
}

/** When the newcomer came who has waited longest: of those whom no broadcast before this one can have told of. */
function waitingSince(audience: readonly Connection[], lastReadAt: number): number | undefined {
  let since: number | undefined;
  for (const { connectedAt } of audience) {
    if (connectedAt > lastReadAt && !(since !== undefined && since <= connectedAt)) since = connectedAt;
  }
  return since;
}

/** Whether the last broadcast was completed and holds these very values. */
function isTold({ count, lastBroadcast }: Counter, audience: readonly Connection[]): boolean {
  return (
    lastBroadcast.deliveredRev === lastBroadcast.rev &&
    lastBroadcast.rev > 0 &&
    lastBroadcast.count === count &&
    lastBroadcast.viewers === audience.length
  );
}

/**
 * Whether others have completed a broadcast whose values were read after the call. Otherwise whoever is not the fastest would chase
 * the values of the moment for as long as visitors come.
 *
 * Clocks differ, so revisions tell: the next one may have been read before the call and published after it; whoever published
 * the one after that had read that the next was out, and the audience after that. The shards may have been read a moment
 * earlier, in the same request as the revision, so their sums are compared.
 */
function isToldSince(atCall: Counter, { lastBroadcast }: Counter): boolean {
  return (
    lastBroadcast.deliveredRev === lastBroadcast.rev &&
    lastBroadcast.rev >= atCall.lastBroadcast.rev + 2 &&
    lastBroadcast.count >= atCall.count &&
    lastBroadcast.arrivals >= atCall.arrivals
  );
}

/**
 * Everybody, unless the values are those of the last broadcast: then only who may have missed it, because the audience was
 * read just before they came or their handshake was not complete.
 */
function whoToTell(
  counter: Counter,
  audience: Connection[],
  own: { rev: number; owed: Connection[] } | undefined,
): Connection[] {
  const { lastBroadcast } = counter;
  const sameValues =
    lastBroadcast.rev > 0 &&
    lastBroadcast.count === counter.count &&
    lastBroadcast.viewers === audience.length;
  if (!sameValues) return audience;
  const isNewcomer = ({ connectedAt }: Connection) =>
    lastBroadcast.arrivals !== counter.arrivals && connectedAt > lastBroadcast.readAt - HANDSHAKE_MS;
  if (own?.rev === lastBroadcast.rev) {
    const owed = new Set(own.owed.map(({ connectionId }) => connectionId));
    return audience.filter((connection) => owed.has(connection.connectionId) || isNewcomer(connection));
  }
  return lastBroadcast.deliveredRev === lastBroadcast.rev ? audience.filter(isNewcomer) : audience;
}
