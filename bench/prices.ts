/**
 * What AWS asks in us-east-1: public price lists, read in November 2026. Check them before relying on a figure. Without free tiers,
 * taxes and data transfer. bench/README.md has the table.
 */

/** Dollars for one. */
export const PRICES = {
  /** A WebSocket message of up to 32 KB, in either direction; a post is one. Handshakes are not billed as messages. */
  message: 1 / 1e6,
  connectionMinute: 0.25 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  gbSecond: 0.0000133334,
  /** On demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
};

/** How much of each was used. */
export type Consumption = Record<keyof typeof PRICES, number>;

export const NOTHING: Consumption = {
  message: 0,
  connectionMinute: 0,
  lambdaRequest: 0,
  gbSecond: 0,
  writeUnit: 0,
  readUnit: 0,
};

/** Dollars for each part and in all. */
export function dollarsFor(consumption: Consumption): Consumption & { total: number } {
  const dollars = { ...NOTHING, total: 0 };
  for (const item of Object.keys(PRICES) as (keyof Consumption)[]) {
    dollars[item] = consumption[item] * PRICES[item];
    dollars.total += dollars[item];
  }
  return dollars;
}

/** Dollars that a million visits would cost, when `visits` of them consumed this; rounded to cents. */
export function dollarsPerMillion(consumption: Consumption, visits: number): Consumption & { total: number } {
  const dollars = dollarsFor(consumption);
  for (const item of Object.keys(dollars) as (keyof typeof dollars)[]) {
    dollars[item] = Math.round((100 * 1e6 * dollars[item]) / visits) / 100;
  }
  return dollars;
}

/** The sum of several consumptions, each taken `times`. */
export function sumOf(...parts: [Partial<Consumption>, times?: number][]): Consumption {
  const sum = { ...NOTHING };
  for (const [part, times = 1] of parts) {
    for (const item of Object.keys(part) as (keyof Consumption)[]) sum[item] += (part[item] ?? 0) * times;
  }
  return sum;
}
