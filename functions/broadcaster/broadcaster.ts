/** What starts a broadcast: a batch of the stream, or the clock; and the share of one that a worker gets. */
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { readLastBroadcast } from '../shared/counter.ts';
import { broadcast, type BroadcastOptions } from './broadcast.ts';
import { tellSegment, type SegmentEvent } from './segment.ts';

/** Input of the schedule: look whether the pages know what is true. */
export interface ReconcileEvent {
  reconcile: true;
}

/**
 * Time kept back from the invocation's own limit, to end in good order: no post waits into it, and an attempt at deleting a row or at
 * writing down what was told takes three seconds at the most.
 */
const RESERVE_MS = 8_000;
/** Reconciliation leaves values alone that are younger than this: departures wait for the next newcomer as long. */
const SETTLED_MS = 50_000;

/**
 * A Lambda handler. A batch of any size is one broadcast: the records only say that something has changed, the values are
 * read anew. When it throws, Lambda delivers the same batch again.
 */
export function createBroadcaster(
  options: BroadcastOptions,
): (
  event: DynamoDBStreamEvent | ReconcileEvent | SegmentEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<void> {
  return async (event, context) => {
    const deadline = options.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    if ('segment' in event) return tellSegment(options, event, deadline);
    if ('reconcile' in event && !(await isDue(options))) return;
    await broadcast(options, deadline);
  };
}

/** Whether nobody is broadcasting and the last values are old enough, or were not delivered to all. */
async function isDue({ database, now }: BroadcastOptions): Promise<boolean> {
  const told = await readLastBroadcast(database);
  if (now() < told.notBefore) return false;
  return told.deliveredRev !== told.rev || now() - told.readAt >= SETTLED_MS;
}
