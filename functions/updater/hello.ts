import type { Snapshot } from '../../contract/messages.ts';
import { readRecentCount, readLastBroadcast } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';

/**
 * `hello`: what a page shows as soon as its socket is open. The count is that of now and holds the asker's own visit, but for the moment
 * that a read may lag; viewers and revision are those of the last broadcast, so that the next one, which the asker's arrival has
 * started, replaces them.
 *
 * What was broadcast is read strongly consistent: a page that the posts of a revision met too early must find that revision
 * here. The shards need not be: a count that lags is never below the one that was broadcast, and the broadcast to come mends it.
 */
export async function hello(database: Database): Promise<Snapshot> {
  const [told, recent] = await Promise.all([readLastBroadcast(database), readRecentCount(database)]);
  return { count: Math.max(recent, told.count), viewers: Math.max(1, told.viewers), rev: told.rev };
}
