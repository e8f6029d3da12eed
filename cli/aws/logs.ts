/** The log lines of an environment's stations, in the order of time, as CloudWatch Logs has them. */
import {
  paginateFilterLogEvents,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';

export interface LogLine {
  /** Milliseconds since 1970. */
  timestamp: number;
  station: string;
  text: string;
}

export interface ReadLogsOptions {
  client: CloudWatchLogsClient;
  /** Log groups by station. */
  groups: Record<string, string>;
  /** Milliseconds since 1970. */
  since: number;
  /** Go on with what is logged from now on, until the caller stops asking. */
  follow: boolean;
  sleep: (ms: number) => Promise<void>;
}

const POLL_MS = 2_000;
/** CloudWatch takes some seconds until a line can be found: each look goes back this far behind the newest line seen. */
const LATE_MS = 30_000;

export async function* readLogs({
  client,
  groups,
  since,
  follow,
  sleep,
}: ReadLogsOptions): AsyncGenerator<LogLine> {
  const seen = new Map<string, number>();
  for (let from = since; ;) {
    const found = await Promise.all(
      Object.entries(groups).map(async ([station, group]) =>
        (await eventsOf(client, group, from)).map((event) => ({ ...event, station })),
      ),
    );
    const fresh = found.flat().filter(({ eventId }) => eventId !== undefined && !seen.has(eventId));
    fresh.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
    for (const { eventId, timestamp = 0, message = '', station } of fresh) {
      seen.set(eventId!, timestamp);
      yield { timestamp, station, text: message.trimEnd() };
    }
    if (!follow) return;
    from = Math.max(since, ...[...seen.values()].map((timestamp) => timestamp - LATE_MS));
    for (const [eventId, timestamp] of seen) if (timestamp < from) seen.delete(eventId);
    await sleep(POLL_MS);
  }
}

/** @returns nothing for a group that is not there: a station that has been switched off */
async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
): Promise<FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  try {
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName, startTime }))
      events.push(...(page.events ?? []));
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
  return events;
}
