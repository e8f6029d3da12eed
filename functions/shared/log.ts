/** One JSON object a line, as CloudWatch Logs and `npm start --verbose` read it. `station` is the folder's name. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;

export function createLog(station: string, write: (line: string) => void = console.log): Log {
  return (level, message, fields) => write(JSON.stringify({ level, station, message, ...fields }));
}

/** What a log line should say of an error: its name and message, and the SDK's request id where there is one. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  const requestId = (error as { $metadata?: { requestId?: string } }).$metadata?.requestId;
  return { error: error.name, reason: error.message, ...(requestId && { requestId }) };
}
