/** CloudWatch's embedded metric format: metrics inside log lines, which CloudWatch Logs extracts. */

export interface Sample {
  namespace: string;
  name: string;
  /** `Count`, `Milliseconds` … */
  unit: string;
  value: number;
  dimensions: Record<string, string>;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** The part of the specification that we support: one dimension set, and one number for each metric. */
interface EmbeddedLine extends Record<string, unknown> {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit?: string }[];
    }[];
  };
}

/** CloudWatch looks for `_aws` at the root of a line that is one JSON object, and ignores other lines. */
export function readEmbeddedMetrics(line: string): { samples: Sample[]; text: string } {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return { samples: [], text: line };
  let parsed: EmbeddedLine;
  try {
    parsed = JSON.parse(line) as EmbeddedLine;
  } catch {
    return { samples: [], text: line };
  }
  const { _aws: metadata, ...rest } = parsed;
  const samples = (metadata?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) => {
    const names = Dimensions[0] ?? [];
    const dimensions = Object.fromEntries(names.map((name) => [name, String(rest[name])]));
    return Metrics.flatMap(({ Name, Unit = 'None' }): Sample[] => {
      const value = rest[Name];
      if (typeof value !== 'number') return [];
      return [
        { namespace: Namespace, name: Name, unit: Unit, value, dimensions, timestamp: metadata.Timestamp },
      ];
    });
  });
  // People who read the log do not need the envelope.
  return { samples, text: JSON.stringify(rest) };
}
