/** CloudWatch's metrics on one machine: extracted from the functions' log lines, summed by day, and shown at /metrics. */
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { DailySums } from './daily-sums.ts';
import { readEmbeddedMetrics } from './embedded-metrics.ts';
import { PrometheusMetrics, type Gauge } from './prometheus.ts';

export { readSumsByDay, type SumsByDay } from './daily-sums.ts';
export type { Gauge } from './prometheus.ts';

export interface MetricsOptions {
  dataDirectory: string;
  /** Describes a metric, given its name. */
  helpOf: (metric: string) => string;
  log: (level: 'warn', message: string) => void;
  clock?: Clock;
}

export interface Metrics {
  /** Reads a line of a function's log. @returns the line as people want to see it */
  take(line: string): string;
  /** Prometheus's text format: everything since the start, and the gauges. */
  text(gauges: Gauge[]): string;
  /** Writes what has not been written yet. */
  close(): void;
}

export function createMetrics({ dataDirectory, helpOf, log, clock = systemClock }: MetricsOptions): Metrics {
  const daily = new DailySums(dataDirectory, clock, log);
  const prometheus = new PrometheusMetrics(helpOf);
  return {
    take(line) {
      const { samples, text } = readEmbeddedMetrics(line);
      for (const sample of samples) {
        prometheus.add(sample);
        daily.add(sample);
      }
      return text;
    },
    text: (gauges) => prometheus.text(gauges),
    close: () => daily.close(),
  };
}
