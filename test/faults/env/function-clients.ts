/** What the functions use to reach the outside, under the simulation's control: database, clock, @connections and pauses. */
import { createClock } from '../../../functions/shared/clock.ts';
import { createDynamoDB, type Database } from '../../../functions/shared/dynamodb.ts';
import { createHttp } from '../../../functions/shared/http.ts';
import type { ManagementApi } from '../../../functions/shared/management-api.ts';
import type { Environment } from './environment.ts';
import { faultyHttp } from './faulty-http.ts';
import { callOut, pauseOf } from './invocation.ts';
import type { Simulation } from './simulation.ts';

/**
 * A function's own client and clock, after its first connection to DynamoDB has corrected the clock.
 * @param skewMs how far the function's clock is off
 */
export function faultyDatabase(env: Environment, skewMs: number): { database: Database; now: () => number } {
  const { simulation } = env;
  const clock = createClock(() => simulation.now() + skewMs);
  clock.observe(new Date(simulation.now()).toUTCString(), clock.localNow());
  const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB']!;
  const http = faultyHttp(createHttp('dynamodb', endpoint, { maxSockets: 16, now: clock.now }), {
    simulation,
    faults: () => ({
      rate: env.faults.database,
      ...(env.faults.databaseKinds && { kinds: env.faults.databaseKinds }),
    }),
    onAnswer: (call) => env.ledger.enter(call),
    onConflict: (request) => env.ledger.enterConflict(request),
  });
  const dynamodb = createDynamoDB({ http, clock, ...backoff(simulation) });
  return { database: { ...env.database, dynamodb }, now: clock.now };
}

export function inTurn(simulation: Simulation, api: ManagementApi): ManagementApi {
  return {
    post: (connectionId, message) => callOut(simulation, () => api.post(connectionId, message)),
    close: (connectionId) => callOut(simulation, () => api.close(connectionId)),
  };
}

/** Randomness and pauses of retries. */
export const backoff = (simulation: Simulation) => ({
  random: () => simulation.random.next(),
  sleep: (ms: number) => pauseOf(simulation, ms),
});
