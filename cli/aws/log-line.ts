/** A log line for people: time, station, level, message, and the fields behind it. */
import type { LogLine } from './logs.ts';

/** Said before, or of no use outside of CloudWatch. */
const ENVELOPE = new Set(['timestamp', 'level', 'station', 'message', 'service', 'FunctionName', '_aws']);

export function formatLine({ timestamp, station, text }: LogLine): string {
  const time = new Date(timestamp).toISOString().slice(0, 23).replace('T', ' ');
  const line = readObject(text);
  if (!line) return `${time} ${station.padEnd(11)} ${text}`;
  const fields = Object.entries(line)
    .filter(([name]) => !ENVELOPE.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const level = typeof line['level'] === 'string' ? line['level'] : '';
  const message = typeof line['message'] === 'string' ? line['message'] : '';
  return [time, station.padEnd(11), level.padEnd(5), message, ...fields].join(' ').trimEnd();
}

/** Lambda's own lines are JSON as well, with what happened in `record`; the gateway's access log is flat. */
function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
