/** Delivering one snapshot to many connections, with retries in place. */
import type { Snapshot } from '../../contract/messages.ts';
import { HANDSHAKE_MS } from '../shared/lifetimes.ts';
import type { Log } from '../shared/log.ts';
import type { ManagementApi } from '../shared/management-api.ts';
import type { Connection, Store } from './store.ts';

export interface DeliverOptions {
  store: Store;
  management: ManagementApi;
  /** Posts, or writes to connections' rows, under way at the same time. */
  concurrency: number;
  /** Posts per second, on average over time and over all workers. */
  postsPerSecond: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  log: Log;
}

export interface Delivery {
  snapshot: Snapshot;
  targets: readonly Connection[];
  /** End of the lease that the caller has taken; milliseconds since 1970. */
  leaseUntil: number;
  /** No post, pause or write to a row begins after it; milliseconds since 1970. */
  deadline: number;
  /** When the connection that has waited longest for this arrived; milliseconds since 1970. */
  waitingSince?: number | undefined;
  /** The worker's segment. Workers share one lease. */
  segment?: number | undefined;
  /** Whether the counter has other values by now, which makes retries pointless. */
  isOutdated?: () => Promise<boolean>;
}

/** The holder stops posting when its lease ends. Others take over once they have seen it unchanged for this long. */
export const LEASE_MS = 10_000;

const MAX_RETRIES = 5;
const FIRST_RETRY_MS = 250;

/** A connection is closed after this many failed deliveries in a row, over at least this time. */
export const MAX_FAILURES = 3;
export const MAX_FAILING_MS = 120_000;

/** Out of time before everything was delivered: the batch has to be redelivered. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
}

/** What a page receives, of a state that has more. */
export const snapshotOf = ({ count, viewers, rev }: Snapshot): Snapshot => ({ count, viewers, rev });

/** How long this many posts keep the next broadcast waiting. */
export const paceMs = (posts: number, { postsPerSecond }: DeliverOptions): number =>
  Math.ceil((1000 * posts) / postsPerSecond);

/**
 * Posts the snapshot to all targets and retries refused posts with exponential backoff. Deletes the rows of connections that are gone,
 * marks the rows of those it gives up, and closes those it has given up {@link MAX_FAILURES} times.
 * @returns false if there are newer values before everything was delivered: they go to everyone
 * @throws {DeadlineError} if time ran out, and an error if no connection could be reached
 */
export async function deliver(options: DeliverOptions, delivery: Delivery): Promise<boolean> {
  const { store, now } = options;
  const { targets, deadline, segment, waitingSince } = delivery;
  const { rev } = delivery.snapshot;
  const message = JSON.stringify(snapshotOf(delivery.snapshot));
  const started = now();
  const tally = newTally();
  const givenUp: Connection[] = [];
  let { leaseUntil } = delivery;
  let round = targets;
  let seenMs: number | undefined;
  let isCurrent = true;
  for (let retries = 0; ;) {
    const { refused, untried, early } = await postRound(options, delivery, {
      message,
      round,
      leaseUntil,
      tally,
    });
    if (waitingSince !== undefined) seenMs ??= Math.max(0, now() - waitingSince);
    // A connection that has failed before gets one try: its retries would delay everyone else.
    const isRetried = ({ failures }: Connection) => failures === 0 && retries < MAX_RETRIES;
    givenUp.push(...refused.filter((connection) => !isRetried(connection)));
    round = [...untried, ...refused.filter(isRetried)];
    const pause = untried.length > 0 ? 0 : FIRST_RETRY_MS * 2 ** retries;
    if (round.length === 0 || now() + pause >= deadline) break;
    if (pause > 0) {
      retries++;
      // Newer values need not wait for these retries.
      if (segment === undefined) await store.releaseLease(rev);
      await options.sleep(pause);
      const departed = await departedOf(options, early);
      round = round.filter((connection) => !departed.has(connection));
      if (round.length === 0) break;
      isCurrent = !(await delivery.isOutdated?.());
    }
    leaseUntil = now() + LEASE_MS;
    // Plain clients ignore `rev`: after a newer revision they would see the count fall.
    isCurrent &&= await store.renewLease(rev, leaseUntil, paceMs(round.length, options));
    if (!isCurrent) break;
  }
  const undelivered = givenUp.length + round.length;
  const reason = report(options, delivery, { tally, undelivered, ms: now() - started, seenMs });
  if (!isCurrent) return false;
  await markRows(options, deadline, { givenUp, recovered: tally.recovered });
  const isWholeAudience = segment !== undefined || targets.length === delivery.snapshot.viewers;
  if (tally.delivered === 0 && reason && isWholeAudience)
    throw new Error(`No page could be reached: ${reason}`);
  if (round.length > 0) throw new DeadlineError(`Out of time with ${round.length} pages to deliver to.`);
  return true;
}

/** The results of a delivery's posts, over all rounds. */
const newTally = () => ({
  delivered: 0,
  gone: 0,
  /** Rows deleted. */
  deleted: 0,
  throttled: 0,
  /** Why posts failed, and how often. */
  failures: new Map<string, number>(),
  /** Connections that accepted a post after failed deliveries. */
  recovered: [] as Connection[],
});

type Tally = ReturnType<typeof newTally>;

/** Logs and measures a delivery. @returns why posts failed, empty if none did */
function report(
  { log }: DeliverOptions,
  { snapshot, targets, segment }: Delivery,
  {
    tally: { delivered, gone, deleted, throttled, failures },
    undelivered,
    ms,
    seenMs,
  }: { tally: Tally; undelivered: number; ms: number; seenMs: number | undefined },
): string {
  const failed = [...failures.values()].reduce((sum, times) => sum + times, 0);
  const reason = [...failures, ...(throttled > 0 ? [['throttled', throttled]] : [])]
    .map(([why, times]) => `${times} × ${why}`)
    .join('; ');
  const posts = { posts: targets.length, delivered, gone, deleted, throttled, undelivered };
  log(
    failed > 0 ? 'warn' : 'info',
    'broadcast',
    { ...snapshotOf(snapshot), ...posts, ms, ...(reason && { reason }) },
    {
      ...(segment === undefined && { Broadcasts: 1 }),
      Posts: delivered + gone + throttled + failed,
      PostsGone: gone,
      PostsThrottled: throttled,
      PostsFailed: failed,
      ...(seenMs !== undefined && { VisitToSeen: seenMs }),
    },
  );
  return reason;
}

interface Round {
  message: string;
  round: readonly Connection[];
  leaseUntil: number;
  tally: Tally;
}

/** Posts once to each connection until the lease or the time ends. */
async function postRound(
  { store, management, concurrency, now }: DeliverOptions,
  { deadline }: Delivery,
  { message, round, leaseUntil, tally }: Round,
): Promise<{ refused: Connection[]; untried: Connection[]; early: Connection[] }> {
  const refused: Connection[] = [];
  /** Of the refused ones, those whose handshake may not be complete. */
  const early: Connection[] = [];
  const untried: Connection[] = [];
  const stale: Connection[] = [];
  await forEach(round, concurrency, async (connection) => {
    const left = Math.min(leaseUntil, deadline) - now();
    if (left <= 0) return void untried.push(connection);
    const result = await management.post(connection.connectionId, message, left);
    if (result.outcome === 'delivered') {
      tally.delivered++;
      if (connection.failures > 0) tally.recovered.push(connection);
    } else if (result.outcome === 'gone') {
      tally.gone++;
      // A connection answers 410 until its handshake is complete, too.
      if (connection.connectedAt <= now() - HANDSHAKE_MS) stale.push(connection);
      else {
        refused.push(connection);
        early.push(connection);
      }
    } else {
      refused.push(connection);
      if (result.outcome === 'failed')
        tally.failures.set(result.reason, (tally.failures.get(result.reason) ?? 0) + 1);
      else tally.throttled++;
    }
  });
  await forEach(stale, concurrency, async ({ connectionId }) => {
    // The next broadcast finds a row that stays.
    if (now() >= deadline) return;
    await store.deleteConnection(connectionId).then(
      () => tally.deleted++,
      () => {},
    );
  });
  return { refused, untried, early };
}

/** Those whose row has been deleted meanwhile. Retrying them would delay the broadcast of their departure. */
async function departedOf(
  { store, concurrency }: DeliverOptions,
  connections: readonly Connection[],
): Promise<Set<Connection>> {
  const departed = new Set<Connection>();
  await forEach(connections, concurrency, async (connection) => {
    if (!(await store.hasConnection(connection.connectionId))) departed.add(connection);
  });
  return departed;
}

/** The broadcaster retries marked rows when the values are the same, so the revision can be settled without them. */
async function markRows(
  { store, management, concurrency, now }: DeliverOptions,
  deadline: number,
  { givenUp, recovered }: { givenUp: Connection[]; recovered: Connection[] },
): Promise<void> {
  const failed = new Set(givenUp);
  await forEach([...givenUp, ...recovered], concurrency, async (connection) => {
    if (now() >= deadline) throw new DeadlineError('Out of time to record which pages were not reached.');
    const { connectionId, failures, failingSince } = connection;
    const isHopeless =
      failed.has(connection) && failures + 1 >= MAX_FAILURES && now() - failingSince >= MAX_FAILING_MS;
    // A page that is still there reconnects.
    if (isHopeless && (await management.close(connectionId))) await store.deleteConnection(connectionId);
    else await store.markConnection(connection, failed.has(connection) ? now() : undefined);
  });
}

/** Does the work for every item, at most `concurrency` at a time. Rejects with the first error. */
async function forEach<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
