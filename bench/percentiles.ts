/** Percentiles by nearest rank. */

export interface Distribution {
  samples: number;
  p50: number;
  p99: number;
  max: number;
}

/**
 * @param values in any order; `Infinity` means that it has not happened
 * @returns values rounded to 0.1
 */
export function distributionOf(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => quantile(sorted, share);
  return { samples: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** @param sorted ascending @returns rounded to `digits`; NaN without values */
export function quantile(sorted: ArrayLike<number>, share: number, digits = 1): number {
  return round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN, digits);
}

export function median(values: Iterable<number>): number {
  return distributionOf(values).p50;
}

export function round(value: number, digits = 1): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
