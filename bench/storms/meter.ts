/** What a run used, read from the cloud's process and from the recording proxy. */
import { totalOf, type Units, type UnitsByCaller } from '../capacity/units.ts';
import type { CapacityProxy } from '../capacity/proxy.ts';
import { round } from '../percentiles.ts';
import type { Consumption } from '../prices.ts';
import type { Cloud, Usage } from '../processes/cloud.ts';
import type { Worker } from '../processes/worker.ts';
import type { Variant } from '../topologies.ts';

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
    const usage = await this.#cloud.call('usage', undefined);
    const dynamodb = this.#proxy.units();
    const totals = Object.values(dynamodb).map((units: Units) => totalOf(units));
    return {
      ...usage,
      cpuMs: round(usage.cpuMs),
      dynamodb,
      readUnits: totals.reduce((sum, { readUnits }) => sum + readUnits, 0),
      writeUnits: totals.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
    };
  }
}

/** Connection minutes of a visit: the stay that all cost figures assume. */
export const STAY_MINUTES = 2;

/**
 * The limit of connections per address is one more write, measured by test/faults/units.test.ts. It is left out for loopback, so nothing
 * here could measure it.
 */
export const ADDRESS_WRITE_UNITS = 1;

/** What `visits` took. @param design ours asks for a snapshot, one message there and one back, and counts the address's connections */
export function consumptionOf(metered: Metered, visits: number, design: Design): Consumption {
  const functions = Object.values(metered.functions);
  const ours = design === 'ours' ? visits : 0;
  return {
    message: metered.posts.delivered + 2 * ours,
    connectionMinute: STAY_MINUTES * visits,
    lambdaRequest: functions.reduce((sum, { invocations }) => sum + invocations, 0),
    gbSecond: functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
    readUnit: metered.readUnits,
    writeUnit: metered.writeUnits + ADDRESS_WRITE_UNITS * ours,
  };
}
