/** All metrics since the start in Prometheus's text format, version 0.0.4. */
import type { Sample } from './embedded-metrics.ts';

/** A value that is measured when it is requested. */
export interface Gauge {
  /** `cloud_resume_connections` */
  name: string;
  help: string;
  value: number;
}

interface Family {
  help: string;
  type: 'counter' | 'histogram';
  /** By the label text, such as `service="updater"`. */
  series: Map<string, { sum: number; count: number; buckets: number[] }>;
}

/** Upper bounds in seconds: from one visit on this machine to the slowest pace of broadcasts. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export class PrometheusMetrics {
  readonly #families = new Map<string, Family>();
  readonly #helpOf: (metric: string) => string;

  /** @param helpOf describes a metric, given its CloudWatch name */
  constructor(helpOf: (metric: string) => string) {
    this.#helpOf = helpOf;
  }

  add({ namespace, name, unit, value, dimensions }: Sample): void {
    const isTime = unit === 'Milliseconds';
    const familyName = `${snake(namespace)}_${snake(name)}_${isTime ? 'seconds' : 'total'}`;
    let family = this.#families.get(familyName);
    if (!family) {
      family = { help: this.#helpOf(name), type: isTime ? 'histogram' : 'counter', series: new Map() };
      this.#families.set(familyName, family);
    }
    const labels = Object.entries(dimensions)
      .map(([label, text]) => `${snake(label)}="${text.replaceAll(/["\\\n]/g, '_')}"`)
      .join(',');
    let series = family.series.get(labels);
    if (!series) family.series.set(labels, (series = { sum: 0, count: 0, buckets: BUCKETS.map(() => 0) }));
    const amount = isTime ? value / 1000 : value;
    series.sum += amount;
    series.count++;
    for (const [i, bound] of BUCKETS.entries()) if (amount <= bound) series.buckets[i]!++;
  }

  text(gauges: Gauge[]): string {
    const lines: string[] = [];
    for (const [name, { help, type, series }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, { sum, count, buckets }] of series) {
        if (type === 'counter') {
          lines.push(`${name}{${labels}} ${sum}`);
          continue;
        }
        for (const [i, bound] of BUCKETS.entries())
          lines.push(`${name}_bucket{${labels},le="${bound}"} ${buckets[i]}`);
        lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
        lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
      }
    }
    for (const { name, help, value } of gauges)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`);
    return `${lines.join('\n')}\n`;
  }
}

/** `VisitsCounted` becomes `visits_counted`. */
const snake = (name: string): string => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
