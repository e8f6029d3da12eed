/** What starts a broadcast: a batch of the stream, the clock, or a broadcaster that shares its audience. */
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { LINK_PREFIX, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { broadcast, deliverSegment, isDue, type BroadcastOptions, type SegmentEvent } from './broadcast.ts';
import { isProbeMinute } from './site-probe.ts';

/** Input of the schedule: check whether the pages show the current numbers. */
export interface ReconcileEvent {
  reconcile: true;
}

export interface BroadcasterOptions extends BroadcastOptions {
  /** Reports the first visits through counted links, given the keys of links that have changed; never rejects. */
  reportOpenings: (ids: string[]) => Promise<void>;
  /** Requests the site and logs the outcome; never rejects. */
  probeSite?: (() => Promise<void>) | undefined;
}

/** Kept back from the invocation's own limit. No post lasts into it, and one attempt at a write takes at most three seconds. */
const RESERVE_MS = 8_000;

/**
 * A Lambda handler. A batch of any size is one broadcast: the records only say that something has changed, the values are read
 * again. When it throws, Lambda redelivers the batch.
 */
export function createBroadcaster(
  options: BroadcasterOptions,
): (
  event: DynamoDBStreamEvent | ReconcileEvent | SegmentEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<void> {
  return async (event, context) => {
    const deadline = options.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    if ('segment' in event) return deliverSegment(options, event, deadline);
    if (!('reconcile' in event)) return takeBatch(options, event, deadline);
    const probe = isProbeMinute(options.now()) && options.probeSite?.();
    try {
      if (await isDue(options)) await broadcast(options, deadline);
    } finally {
      // Lambda freezes the function when the handler returns.
      await probe;
    }
  };
}

/** A link changes in the transaction of its visit, which also changes a shard: on its own it needs no broadcast. */
async function takeBatch(
  options: BroadcasterOptions,
  { Records }: DynamoDBStreamEvent,
  deadline: number,
): Promise<void> {
  const ids = Records.map(({ dynamodb }) => dynamodb?.Keys?.[VISITOR_COUNT_KEY]?.S ?? '');
  const links = ids.filter((id) => id.startsWith(LINK_PREFIX));
  const report = links.length > 0 && options.reportOpenings(links);
  try {
    if (links.length === 0 || links.length < ids.length) await broadcast(options, deadline);
  } finally {
    await report;
  }
}
