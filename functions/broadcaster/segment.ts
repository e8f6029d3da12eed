/** A worker's share of a large audience: one segment of the ConnectionIds table. */
import type { Snapshot } from '../../contract/messages.ts';
import { readLastBroadcast } from '../shared/counter.ts';
import { readAudience, type Connection, type Segment } from './audience.ts';
import { MAX_REPEATS, reasonsOf, repeatPause, tell, type TellOptions } from './tell.ts';

/** What the broadcaster hands to a worker. */
export interface SegmentEvent extends Segment {
  snapshot: Snapshot;
  /** As of {@link Occasion}. */
  waitingSince?: number;
}

/**
 * Tells one segment. What could not be delivered is repeated until it is, or until a newer broadcast makes it needless.
 * @throws when posts are still not accepted at the end; Lambda delivers an asynchronous event up to three times
 */
export async function tellSegment(
  options: TellOptions,
  event: SegmentEvent,
  deadline: number,
): Promise<void> {
  let targets: Connection[] | undefined;
  for (let repeats = 0; ; repeats++) {
    // Also before the first post: the event may come a second time, minutes later.
    if (isNeedless(event.snapshot, await readLastBroadcast(options.database))) return;
    targets ??= await readAudience(options.database, options.now(), event);
    const { waitingSince } = event;
    const report = await tell(options, event.snapshot, targets, deadline, {
      isBroadcast: false,
      waitingSince,
    });
    if (report.owed.length === 0) return;
    if (repeats === MAX_REPEATS || options.now() + repeatPause(repeats) > deadline) {
      throw new Error(
        `${report.owed.length} pages of segment ${event.segment} could not be told: ${reasonsOf(report)}`,
      );
    }
    await options.sleep(repeatPause(repeats));
    targets = report.owed;
  }
}

/** Whether a newer broadcast tells everybody. One with the same values may be for newcomers only. */
function isNeedless({ count, viewers, rev }: Snapshot, told: Snapshot): boolean {
  return told.rev > rev && (told.count !== count || told.viewers !== viewers);
}
