/**
 * CloudWatch's metrics on one machine: extracted from log lines in the embedded metric format, summed since the start, and shown at
 * /metrics in Prometheus's text format, version 0.0.4.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** A value that is measured when it is requested. */
export interface Gauge {
  /** `cloud_resume_connections` */
  name: string;
  help: string;
  value: number;
}

/** The part of the format that we support: one dimension set, and one number for each metric. */
interface EmbeddedLine extends Record<string, unknown> {
  _aws: {
    CloudWatchMetrics?: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit?: string }[];
    }[];
  };
}

interface Family {
  help: string;
  type: 'counter' | 'histogram';
  /** By the label text, such as `service="updater"`. */
  series: Map<string, { sum: number; count: number; buckets: number[] }>;
}

/** Upper bounds in seconds: from one visit on this machine to the slowest pace of broadcasts. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export class Metrics {
  readonly #families = new Map<string, Family>();
  readonly #helpOf: (metric: string) => string;

  /** @param helpOf describes a metric, given its CloudWatch name */
  constructor(helpOf: (metric: string) => string) {
    this.#helpOf = helpOf;
  }

  /** Reads a line of a function's log. @returns the line as people want to see it: without the format's envelope */
  take(line: string): string {
    // CloudWatch looks for `_aws` at the root of a line that is one JSON object.
    if (!line.startsWith('{') || !line.includes('"_aws"')) return line;
    let parsed: EmbeddedLine;
    try {
      parsed = JSON.parse(line) as EmbeddedLine;
    } catch {
      return line;
    }
    const { _aws: metadata, ...rest } = parsed;
    try {
      this.#addAll(metadata, rest);
    } catch {
      // Like CloudWatch, ignores invalid metadata.
    }
    return JSON.stringify(rest);
  }

  /** @throws if the metadata is invalid: any function may write anything */
  #addAll(metadata: EmbeddedLine['_aws'], values: Record<string, unknown>): void {
    for (const { Namespace, Dimensions, Metrics } of metadata?.CloudWatchMetrics ?? []) {
      const labels = (Dimensions[0] ?? [])
        .map((name) => `${snake(name)}="${String(values[name]).replaceAll(/["\\\n]/g, '_')}"`)
        .join(',');
      for (const { Name, Unit } of Metrics) {
        const value = values[Name];
        if (typeof value === 'number') this.#add(Namespace, Name, Unit, value, labels);
      }
    }
  }

  #add(namespace: string, name: string, unit: string | undefined, value: number, labels: string): void {
    const isTime = unit === 'Milliseconds';
    const familyName = `${snake(namespace)}_${snake(name)}_${isTime ? 'seconds' : 'total'}`;
    let family = this.#families.get(familyName);
    if (!family) {
      family = { help: this.#helpOf(name), type: isTime ? 'histogram' : 'counter', series: new Map() };
      this.#families.set(familyName, family);
    }
    let series = family.series.get(labels);
    if (!series) family.series.set(labels, (series = { sum: 0, count: 0, buckets: BUCKETS.map(() => 0) }));
    const amount = isTime ? value / 1000 : value;
    series.sum += amount;
    series.count++;
    for (const [i, bound] of BUCKETS.entries()) if (amount <= bound) series.buckets[i]!++;
  }

  /** Everything since the start, and the gauges, in Prometheus's format. */
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

/** `VisitsCounted` becomes `visits_counted`; what Prometheus does not allow in a name becomes `_`. */
function snake(name: string): string {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replaceAll(/\W/g, '_')
    .toLowerCase();
}
