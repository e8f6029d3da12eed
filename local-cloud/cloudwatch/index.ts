/** CloudWatch's metrics on one machine: extracted from the functions' log lines and shown at /metrics. */
import { readEmbeddedMetrics } from './embedded-metrics.ts';
import { PrometheusMetrics, type Gauge } from './prometheus.ts';

export type { Gauge } from './prometheus.ts';

export interface Metrics {
  /** Reads a line of a function's log. @returns the line as people want to see it */
  take(line: string): string;
  /** Prometheus's text format: everything since the start, and the gauges. */
  text(gauges: Gauge[]): string;
}

/** @param helpOf describes a metric, given its name */
export function createMetrics(helpOf: (metric: string) => string): Metrics {
  const prometheus = new PrometheusMetrics(helpOf);
  return {
    take(line) {
      const { samples, text } = readEmbeddedMetrics(line);
      for (const sample of samples) prometheus.add(sample);
      return text;
    },
    text: (gauges) => prometheus.text(gauges),
  };
}
