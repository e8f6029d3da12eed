/** The log lines of an environment's components, in order of time, from CloudWatch Logs. */
import {
  paginateFilterLogEvents,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseObject } from '../../shared/parse-json.ts';
import { printable } from '../../shared/printable.ts';
import type { Environment } from './environment.ts';

export type Component = 'updater' | 'broadcaster' | 'gateway';

export interface LogLine {
  /** Milliseconds since 1970. */
  timestamp: number;
  component: string;
  text: string;
}

export interface ReadLogsOptions {
  client: CloudWatchLogsClient;
  /** Log groups by component. */
  groups: Record<string, string>;
  /** Milliseconds since 1970. */
  since: number;
  /** Continue with new lines until the caller stops iterating. */
  follow: boolean;
  sleep: (ms: number) => Promise<void>;
}

const POLL_MS = 2_000;
/** CloudWatch takes seconds to make a line visible: each poll goes back this far behind the newest line seen. */
const LATE_MS = 30_000;

/** As infra/ names them. */
export function logGroups(
  { configuration, outputs }: Environment,
  components: readonly Component[],
): Record<string, string> {
  const all: Record<Component, string> = {
    updater: `/aws/lambda/${outputs.updaterFunction}`,
    broadcaster: `/aws/lambda/${outputs.broadcasterFunction}`,
    gateway: `/aws/apigateway/${configuration.prefix}-counter`,
  };
  return Object.fromEntries(components.map((component) => [component, all[component]]));
}

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
      Object.entries(groups).map(async ([component, group]) =>
        (await eventsOf(client, group, from)).map((event) => ({ ...event, component })),
      ),
    );
    const fresh = found.flat().filter(({ eventId }) => eventId !== undefined && !seen.has(eventId));
    fresh.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
    for (const { eventId, timestamp = 0, message = '', component } of fresh) {
      seen.set(eventId!, timestamp);
      yield { timestamp, component, text: message.trimEnd() };
    }
    if (!follow) return;
    from = Math.max(since, ...[...seen.values()].map((timestamp) => timestamp - LATE_MS));
    for (const [eventId, timestamp] of seen) if (timestamp < from) seen.delete(eventId);
    await sleep(POLL_MS);
  }
}

/** @returns nothing for a group that does not exist: its component is switched off */
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

/** Shown elsewhere in the line, or of no use outside CloudWatch. */
const ENVELOPE = new Set(['timestamp', 'level', 'component', 'message', 'service', 'FunctionName', '_aws']);

/** Time, component, level, message, and the other fields after them. */
export function formatLine(line: LogLine): string {
  return describe(line).split('\n').map(printable).join('\n');
}

function describe({ timestamp, component, text }: LogLine): string {
  const time = new Date(timestamp).toISOString().slice(0, 23).replace('T', ' ');
  // Lambda's own lines are JSON as well, with what happened in `record`; the gateway's access log is flat.
  const line = parseObject(text);
  if (!line) return `${time} ${component.padEnd(11)} ${text}`;
  const fields = Object.entries(line)
    .filter(([name]) => !ENVELOPE.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const level = typeof line['level'] === 'string' ? line['level'] : '';
  const message = typeof line['message'] === 'string' ? line['message'] : '';
  return [time, component.padEnd(11), level.padEnd(5), message, ...fields].join(' ').trimEnd();
}
