/** Telling a part of the audience, and forgetting who is gone. */
import type { Snapshot } from '../../contract/messages.ts';
import type { Database } from '../shared/dynamodb.ts';
import { HANDSHAKE_MS } from '../shared/lifetimes.ts';
import type { Log } from '../shared/log.ts';
import { forget, type Connection } from './audience.ts';
import { forEach } from './for-each.ts';
import { postAll, type PostAllReport } from './post-all.ts';
import type { Post } from './post.ts';

export interface TellOptions {
  database: Database;
  post: Post;
  /** Posts, or deletions, under way at once. */
  concurrency: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  log: Log;
}

/** Posts that were not accepted are repeated this often … */
export const MAX_REPEATS = 5;
const FIRST_REPEAT_MS = 250;

/** … with doubling pauses; milliseconds before repetition `repeats`, counted from 0. */
export const repeatPause = (repeats: number): number => FIRST_REPEAT_MS * 2 ** repeats;

export interface Occasion {
  /** Whether this is a broadcast of its own, and not a worker's share of one. */
  isBroadcast: boolean;
  /** When the newcomer came who has waited longest for this; milliseconds since 1970. Undefined where nobody is new. */
  waitingSince?: number | undefined;
}

/**
 * Posts the values to all targets, once each, and deletes the rows of those that are gone.
 * @param deadline no post and no deletion begins after it; milliseconds since 1970
 */
export async function tell(
  options: TellOptions,
  { count, viewers, rev }: Snapshot,
  targets: readonly Connection[],
  deadline: number,
  { isBroadcast, waitingSince }: Occasion,
): Promise<PostAllReport> {
  const { database, log, now } = options;
  const started = now();
  const snapshot: Snapshot = { count, viewers, rev };
  const report = await postAll(targets, JSON.stringify(snapshot), { ...options, deadline });
  // A connection whose handshake may still be under way answers 410 too, and is alive.
  const stale = report.gone.filter(({ connectedAt }) => connectedAt <= now() - HANDSHAKE_MS);
  let forgotten = 0;
  await forEach(stale, options.concurrency, async (connection) => {
    // A row that stays is met again by the next broadcast.
    if (now() >= deadline) return;
    await forget(database, connection).then(
      () => forgotten++,
      () => {},
    );
  });
  const failed = [...report.failures.values()].reduce((sum, times) => sum + times, 0);
  const fields = {
    ...snapshot,
    posts: targets.length,
    delivered: report.delivered,
    gone: report.gone.length,
    forgotten,
    throttled: report.throttled,
    owed: report.owed.length,
    ms: now() - started,
    ...(report.failures.size > 0 && { reason: reasonsOf(report) }),
  };
  log(report.failures.size > 0 ? 'warn' : 'info', 'broadcast', fields, {
    ...(isBroadcast && { Broadcasts: 1 }),
    Posts: report.delivered + report.gone.length + report.throttled + failed,
    PostsGone: report.gone.length,
    PostsThrottled: report.throttled,
    PostsFailed: failed,
    ...(waitingSince !== undefined && { VisitToSeen: Math.max(0, now() - waitingSince) }),
  });
  return report;
}

/** Why posts were not accepted, for people. */
export function reasonsOf({ failures, throttled }: PostAllReport): string {
  const list = [...failures].map(([reason, times]) => `${times} × ${reason}`);
  if (throttled > 0) list.push(`${throttled} × throttled`);
  return list.join('; ');
}
