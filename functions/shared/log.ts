/** The functions' log: one JSON object a line, on stdout. `station` is the folder's name. */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, METRICS_NAMESPACE, type MetricName, type MetricValues } from '../../contract/metrics.ts';

/** What is measured goes into the same line, from which CloudWatch takes it: `log('info', 'connected', { … }, { VisitsCounted: 1 })`. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
  metrics?: MetricValues,
) => void;

export interface LogOptions {
  /** The function's own name; Lambda sets it. A dimension of its metrics. */
  functionName: string;
  /** Takes a line without its end. */
  write?: (line: string) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export function createLog(
  station: string,
  { functionName, write = toStdout, now = Date.now }: LogOptions,
): Log {
  const metrics = new Metrics({
    namespace: METRICS_NAMESPACE,
    serviceName: station,
    defaultDimensions: { FunctionName: functionName },
  });
  const measure = (values: MetricValues, timestamp: number) => {
    metrics.setTimestamp(timestamp);
    for (const [name, value] of Object.entries(values))
      metrics.addMetric(name, METRICS[name as MetricName].unit, value);
    const line = metrics.serializeMetrics();
    metrics.clearMetrics();
    return line;
  };
  return (level, message, fields, values) => {
    const timestamp = now();
    write(
      JSON.stringify({
        // Lambda filters by these two names and its own spelling of the level.
        timestamp: new Date(timestamp).toISOString(),
        level: level.toUpperCase(),
        station,
        message,
        ...fields,
        ...(values && Object.keys(values).length > 0 && measure(values, timestamp)),
      }),
    );
  };
}

/** Not console.log: Lambda's would pack the line into a message of its own, in which CloudWatch finds no metrics. */
function toStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}
