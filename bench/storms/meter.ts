/** What a run used, read from the cloud's process and from the recording proxy. */
import { totalOf, type Units } from '../capacity/units.ts';
import type { CapacityProxy } from '../capacity/proxy.ts';
import { round } from '../percentiles.ts';
import { sumOf, type Consumption } from '../prices.ts';
import type { Cloud, Usage } from '../processes/cloud.ts';
import type { Worker } from '../processes/worker.ts';

export interface Metered extends Usage {
  /** By operation. */
  dynamodb: Units;
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
    return { ...usage, cpuMs: round(usage.cpuMs), dynamodb, ...totalOf(dynamodb) };
  }
}

/** Connection minutes of a visit: the stay that all cost figures assume. */
export const STAY_MINUTES = 2;

/** @param hellos visits whose page asked for a snapshot: one message there, one back */
export function consumptionOf(metered: Metered, visits: number, hellos: number): Consumption {
  const functions = Object.values(metered.functions);
  return sumOf([
    {
      message: metered.posts.delivered + 2 * hellos,
      connectionMinute: STAY_MINUTES * visits,
      lambdaRequest: functions.reduce((sum, { invocations }) => sum + invocations, 0),
      gbSecond: functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
      readUnit: metered.readUnits,
      writeUnit: metered.writeUnits,
    },
  ]);
}
