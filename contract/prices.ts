/**
 * AWS's public prices, from prices.json, which Terraform reads as well. Without free tiers, taxes and data transfer. Check them before you
 * rely on a figure.
 */
import list from './prices.json' with { type: 'json' };

export type PricedItem = keyof typeof list.items;

/** Dollars for one unit of each item. */
export const PRICES = Object.fromEntries(
  Object.entries(list.items).map(([item, { price, per }]) => [item, price / per]),
) as Record<PricedItem, number>;
