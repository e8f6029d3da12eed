/** What a run used, from the cloud's process and the capacity proxy. */
import { totalOf, type Units, type UnitsByCaller } from '../capacity/units.ts';
import type { CapacityProxy } from '../capacity/proxy.ts';
import { round } from '../percentiles.ts';
import type { Consumption } from '../prices.ts';
import type { Cloud } from '../processes/cloud.ts';
import type { Worker } from '../processes/worker.ts';
import type { Variant } from '../topologies.ts';
import { sumOfFunctions, type Usage } from '../usage.ts';

export type Design = Variant['design'];

export interface Metered extends Usage {
  dynamodb: UnitsByCaller;
  readUnits: number;
  writeUnits: number;
}

export class Meter {
  readonly #cloud: Worker<Cloud>;
  readonly #proxy: CapacityProxy;

  constructor(cloud: Worker<Cloud>, proxy: CapacityProxy) {
    this.#cloud = cloud;
    this.#proxy = proxy;
  }

  async reset(): Promise<void> {
    this.#proxy.reset();
    await this.#cloud.call('reset', undefined);
  }

  async read(): Promise<Metered> {
    return withUnits(await this.#cloud.call('usage', undefined), this.#proxy.units());
  }
}

export function withUnits(usage: Usage, dynamodb: UnitsByCaller): Metered {
  const totals = Object.values(dynamodb).map((units: Units) => totalOf(units));
  return {
    ...usage,
    cpuMs: round(usage.cpuMs),
    dynamodb,
    readUnits: totals.reduce((sum, { readUnits }) => sum + readUnits, 0),
    writeUnits: totals.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
  };
}

/** How long a visitor stays, in all cost figures. */
export const STAY_MINUTES = 2;

/** What `visits` consumed. Our design adds `hello` and its answer (two messages) to each. */
export function consumptionOf(metered: Metered, visits: number, design: Design): Consumption {
  const { invocations, gbSeconds } = sumOfFunctions(metered);
  const ours = design === 'ours' ? visits : 0;
  return {
    message: metered.posts.delivered + 2 * ours,
    connectionMinute: STAY_MINUTES * visits,
    lambdaRequest: invocations,
    gbSecond: gbSeconds,
    readUnit: metered.readUnits,
    writeUnit: metered.writeUnits,
  };
}
