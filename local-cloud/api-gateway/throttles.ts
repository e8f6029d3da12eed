import type { WebSocketApi } from '../topology.ts';
import type { Clock } from '../clock.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { TokenBucket } from './throttle.ts';

/** The three throttles in front of the API. AWS applies them best effort; here they are exact. */
export interface Throttles {
  /** A handshake: new connections, stage and account. */
  takeConnection(): boolean;
  /** A message from a client: stage and account. */
  takeRequest(): boolean;
  /** A call of @connections: the account only, which it shares with everything else. */
  takePost(): boolean;
}

export function createThrottles(api: WebSocketApi, limits: GatewayLimits, clock: Clock): Throttles {
  const now = () => clock.now();
  const connections = new TokenBucket(limits.connectionRate, limits.connectionRate, now);
  const account = new TokenBucket(limits.accountRate, limits.accountBurst, now);
  const stage = api.throttle && new TokenBucket(api.throttle.rateLimit, api.throttle.burstLimit, now);
  const takeRequest = () => (stage?.take() ?? true) && account.take();
  return {
    takeConnection: () => connections.take() && takeRequest(),
    takeRequest,
    takePost: () => account.take(),
  };
}
