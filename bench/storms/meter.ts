/** What a run used, from the cloud's process and the capacity proxy. */
import { totalOf, type Units, type UnitsByCaller } from '../capacity/units.ts';
import type { CapacityProxy } from '../capacity/proxy.ts';
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

export interface Meter {
  reset(): Promise<void>;
  read(): Promise<Metered>;
}

export function meterOf(cloud: Worker<Cloud>, proxy: CapacityProxy): Meter {
  return {
    async reset() {
      proxy.reset();
      await cloud.call('reset', undefined);
    },
    read: async () => withUnits(await cloud.call('usage', undefined), proxy.units()),
  };
}

export function withUnits(usage: Usage, dynamodb: UnitsByCaller): Metered {
  const totals = Object.values(dynamodb).map((units: Units) => totalOf(units));
  return {
    ...usage,
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
