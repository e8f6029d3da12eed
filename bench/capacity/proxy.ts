/**
 * A proxy between the functions and DynamoDB that requests the consumed capacity of each call and sums it up. Each function uses its own
 * URL, `<url>/<caller>`. Changing the body invalidates the signature, which local engines do not check.
 */
import type { Topology } from '../../local-cloud/topology.ts';
import { shortName } from '../usage.ts';
import { startHttpProxy, type HttpProxy } from './http-proxy.ts';
import { kindOf, unitsOf, type UnitsByCaller } from './units.ts';

export interface CapacityProxy extends HttpProxy {
  /** Sets the database. Calls that arrive earlier wait. */
  forwardTo(endpoint: string): void;
  /** Units consumed since the last `reset`. */
  units(): UnitsByCaller;
  reset(): void;
}

export async function startCapacityProxy(): Promise<CapacityProxy> {
  let units: UnitsByCaller = {};
  let forwardTo: (endpoint: string) => void = () => {};
  const target = new Promise<string>((resolve) => (forwardTo = resolve));

  const proxy = await startHttpProxy(async ({ url, headers }, body, forward) => {
    const operation = String(headers['x-amz-target']).split('.').at(-1)!;
    const asked = JSON.parse(body || '{}') as Record<string, unknown>;
    if (kindOf(operation)) asked['ReturnConsumedCapacity'] = 'TOTAL';
    const answer = await forward(new URL(await target), JSON.stringify(asked));
    if (answer && kindOf(operation)) {
      const caller = url!.split('/')[1]!;
      const entry = ((units[caller] ??= {})[operation] ??= { calls: 0, units: 0 });
      entry.calls++;
      entry.units += unitsOf(operation, asked, JSON.parse(answer.body) as object);
    }
    return answer;
  });
  return { ...proxy, forwardTo, units: () => units, reset: () => (units = {}) };
}

/** A topology whose functions reach DynamoDB through the proxy, each by its short name. */
export function throughProxy(topology: Topology, proxy: string): Topology {
  return {
    ...topology,
    functions: topology.functions.map((fn) => ({
      ...fn,
      environment: { ...fn.environment, AWS_ENDPOINT_URL_DYNAMODB: `${proxy}/${shortName(fn)}` },
    })),
  };
}
