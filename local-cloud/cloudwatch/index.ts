/** CloudWatch's metrics on one machine: taken out of the functions' log lines, summed by day, and shown at /metrics. */
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { DailySums } from './daily-sums.ts';
import { readEmbeddedMetrics } from './embedded.ts';
import { Exposition, type Gauge } from './exposition.ts';

export { readSumsByDay, type SumsByDay } from './daily-sums.ts';
export type { Gauge } from './exposition.ts';

export interface MetricsOptions {
  dataDirectory: string;
  /** Says what a metric is, by its name. */
  helpOf: (metric: string) => string;
  clock?: Clock;
}

export interface Metrics {
  /** Takes a line of a function's log; returns it as people want to read it. */
  take(line: string): string;
  /** Prometheus's text format: everything since the start, and the gauges. */
  text(gauges: Gauge[]): string;
  /** Writes what has not been written yet. */
  close(): void;
}

export function createMetrics({ dataDirectory, helpOf, clock = systemClock }: MetricsOptions): Metrics {
  const daily = new DailySums(dataDirectory, clock);
  const exposition = new Exposition(helpOf);
  return {
    take(line) {
      const { samples, text } = readEmbeddedMetrics(line);
      for (const sample of samples) {
        exposition.add(sample);
        daily.add(sample);
      }
      return text;
    },
    text: (gauges) => exposition.text(gauges),
    close: () => daily.close(),
  };
}
