import type { Snapshot } from '../../contract/messages.ts';
import { readCounter } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';

/**
 * `hello`: what a page shows as soon as its socket is open. The count is read now and holds the asker's own visit; viewers and
 * revision are those of the last broadcast, so that the next one, which the asker's arrival has started, replaces them.
 */
export async function hello(database: Database): Promise<Snapshot> {
  const { count, told } = await readCounter(database);
  return { count, viewers: Math.max(1, told.viewers), rev: told.rev };
}
