/** What a visit costs, from the price list and the measured units of one visit. */
import prices from '../../contract/prices.json' with { type: 'json' };
import visit from '../../contract/visit-units.json' with { type: 'json' };

export interface CostRow {
  item: string;
  quantity: number;
  unit: string;
  /** US dollars for one visit. */
  dollars: number;
}

export interface VisitCost {
  rows: CostRow[];
  /** US dollars for one visit. */
  total: number;
  region: string;
  /** When the prices were read, as far as is known of all: `2026` or `2026-11`. */
  read: string;
}

/** A lone visit of two minutes: the usual one for a résumé. */
export function visitCost(): VisitCost {
  const rows = Object.entries(visit.units).map(([item, quantity]) => {
    const { price, per, unit } = prices.items[item as keyof typeof visit.units];
    return { item, quantity, unit, dollars: (quantity * price) / per };
  });
  const read = Object.keys(visit.units).map((item) => prices.items[item as keyof typeof visit.units].read);
  return {
    rows,
    total: rows.reduce((sum, { dollars }) => sum + dollars, 0),
    region: prices.region,
    read: read.sort()[0]!,
  };
}
