/** What a broadcast leaves behind besides posts: the day's running totals, and the number as a file. */
import { dayOf, type BroadcastState } from '../../contract/tables.ts';
import type { Snapshot } from '../../contract/messages.ts';
import type { Totals } from '../shared/counter.ts';
import type { Log } from '../shared/log.ts';
import type { Store } from './store.ts';

export interface RecordOptions {
  store: Store;
  now: () => number;
  log: Log;
  /** Writes count.json, and never rejects; undefined where it is turned off. */
  writeFiles?: ((snapshot: Snapshot) => Promise<void>) | undefined;
}

/** What a broadcaster has read. */
export interface Reading {
  /** Before it read the totals. */
  readAt: number;
  totals: Totals;
  /** After it read the audience. */
  readUntil: number;
  viewers: number;
}

export interface Due {
  day: boolean;
  file: boolean;
  /** Whether count.json already shows these numbers. */
  isFiled: boolean;
}

/** The part of a broadcast's state that says what was recorded. */
type Recorded = Pick<BroadcastState, 'largest' | 'recordedAt' | 'recordedArrivals' | 'filedAt' | 'filedRev'>;

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;
/** count.json is written at most once in this time. */
const FILE_PACE_MS = 5_000;

/** A day's item is written once a minute at most, and in the last minute of a day (UTC) with every broadcast: it ends with all visits. */
export function dueRecords(
  { writeFiles }: RecordOptions,
  last: BroadcastState,
  { readAt, readUntil, totals, viewers }: Reading,
): Due {
  const minute = Math.floor(readAt / MINUTE_MS);
  const isNewMinute = minute !== Math.floor(last.recordedAt / MINUTE_MS);
  const isLastMinute = (minute + 1) % MINUTES_A_DAY === 0;
  // Its reader is a viewer: no viewers and one are the same to the page.
  const showsTheSame = last.count === totals.count && Math.max(1, last.viewers) === Math.max(1, viewers);
  const isFiled = writeFiles !== undefined && last.rev === last.filedRev && showsTheSame;
  return {
    day:
      totals.arrivals !== last.recordedArrivals &&
      (isNewMinute || isLastMinute) &&
      // Reading may have lasted past midnight: totals of the new day do not belong to the old one.
      dayOf(readAt) === dayOf(readUntil),
    isFiled,
    // A time in the future comes from a wrong clock.
    file: writeFiles !== undefined && !isFiled && Math.abs(readAt - last.filedAt) >= FILE_PACE_MS,
  };
}

/** Whether something has changed since it was recorded, although the pages show it. */
export function isUnrecorded({ writeFiles }: RecordOptions, last: BroadcastState): boolean {
  return last.arrivals !== last.recordedArrivals || (writeFiles !== undefined && last.rev !== last.filedRev);
}

/**
 * Writes the day's item before the revision is published: if the broadcaster is killed in between, its successor writes the item again. An
 * item that cannot be written does not stop the broadcast.
 */
export async function record(
  { store, log }: RecordOptions,
  last: BroadcastState,
  { readAt, totals, viewers }: Reading,
  due: Due,
): Promise<Recorded> {
  const largest = dayOf(last.readAt) === dayOf(readAt) ? Math.max(last.largest, viewers) : viewers;
  let { recordedAt, recordedArrivals } = last;
  if (due.day) {
    const visitsBefore = recordedAt === 0 ? Math.min(last.count, totals.count - totals.imported) : undefined;
    try {
      await store.recordDay(dayOf(readAt), { totals, viewers: largest, visitsBefore });
      recordedAt = readAt;
      recordedArrivals = totals.arrivals;
    } catch (error) {
      log('warn', 'day not recorded', { reason: String(error) });
    }
  }
  return {
    largest,
    recordedAt,
    recordedArrivals,
    filedAt: due.file ? readAt : last.filedAt,
    filedRev: due.file || due.isFiled ? last.rev + 1 : last.filedRev,
  };
}
