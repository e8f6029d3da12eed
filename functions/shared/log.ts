/** The functions' log: one JSON object per line, on stdout. */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, METRICS_NAMESPACE, type MetricName, type MetricValues } from '../../contract/metrics.ts';

/** Metrics go into the same line, from which CloudWatch extracts them: `log('info', 'connected', { … }, { VisitsCounted: 1 })`. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
  metrics?: MetricValues,
) => void;

export interface LogOptions {
  /** A dimension of the function's metrics. */
  functionName: string;
  /** Writes a line, given without its end. */
  write?: (line: string) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export function createLog(
  component: string,
  { functionName, write = toStdout, now = Date.now }: LogOptions,
): Log {
  const metrics = new Metrics({
    namespace: METRICS_NAMESPACE,
    serviceName: component,
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
  // Custom metrics cost money per environment: previews turn them off.
  const isMeasuring = process.env['POWERTOOLS_METRICS_DISABLED'] !== 'true';
  return (level, message, fields, values) => {
    const timestamp = now();
    write(
      JSON.stringify({
        // Lambda filters by these two names and its spelling of the level.
        timestamp: new Date(timestamp).toISOString(),
        level: level.toUpperCase(),
        component,
        message,
        ...fields,
        ...(isMeasuring && values && Object.keys(values).length > 0 && measure(values, timestamp)),
      }),
    );
  };
}

/** Lambda's console.log would wrap the line in its own message, in which CloudWatch finds no metrics. */
function toStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}
