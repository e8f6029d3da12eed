import { PRICES } from '../contract/prices.ts';

/** What is billed for a visit. */
const ITEMS = ['message', 'connectionMinute', 'lambdaRequest', 'gbSecond', 'writeUnit', 'readUnit'] as const;

/** Units used of each item. */
export type Consumption = Record<(typeof ITEMS)[number], number>;

export type Dollars = Consumption & { total: number };

export const NOTHING = Object.fromEntries(ITEMS.map((item) => [item, 0])) as Consumption;

/** @returns US dollars for all of it */
export function dollarsOf(consumption: Consumption): number {
  return ITEMS.reduce((sum, item) => sum + consumption[item] * PRICES[item], 0);
}

/** @returns what a million visits would cost if `visits` of them used this, rounded to cents */
export function dollarsPerMillion(consumption: Consumption, visits: number): Dollars {
  const perMillion = (dollars: number) => Math.round((100 * 1e6 * dollars) / visits) / 100;
  const dollars = ITEMS.map((item) => [item, consumption[item] * PRICES[item]] as const);
  return {
    ...(Object.fromEntries(dollars.map(([item, amount]) => [item, perMillion(amount)])) as Consumption),
    total: perMillion(dollarsOf(consumption)),
  };
}

/** The sum of several consumptions, each multiplied by `times`. */
export function sumOf(...parts: [Partial<Consumption>, times?: number][]): Consumption {
  const sum = { ...NOTHING };
  for (const [part, times = 1] of parts) for (const item of ITEMS) sum[item] += (part[item] ?? 0) * times;
  return sum;
}
