import type { Clock } from '../clock.ts';
import type { WebSocketApi } from '../topology.ts';
import type { GatewayLimits } from './gateway-quotas.ts';

/** The throttles in front of the API. AWS applies them on a best-effort basis; here they are exact. */
export interface Throttles {
  /** For a handshake: new connections, route and account. */
  takeConnection(): boolean;
  /** For a message from a client: route and account. Without a route, the stage's default throttle applies. */
  takeMessage(routeKey: string | undefined): boolean;
  /** For a call of @connections: the account. */
  takePost(): boolean;
  /** A new connection's share of the stage's throttle. */
  connectionShare(): TokenBucket;
}

export function createThrottles(api: WebSocketApi, limits: GatewayLimits, clock: Clock): Throttles {
  const connections = new TokenBucket(limits.connectionRate, limits.connectionRate, clock);
  const account = new TokenBucket(limits.accountRate, limits.accountBurst, clock);
  const stage = api.throttle && new TokenBucket(api.throttle.rateLimit, api.throttle.burstLimit, clock);
  const routes = new Map(
    api.routes.flatMap(({ routeKey, throttle }) =>
      throttle ? [[routeKey, new TokenBucket(throttle.rateLimit, throttle.burstLimit, clock)] as const] : [],
    ),
  );
  const takeMessage = (routeKey: string | undefined) =>
    ((routes.get(routeKey ?? '') ?? stage)?.take() ?? true) && account.take();
  return {
    takeConnection: () => connections.take() && takeMessage('$connect'),
    takeMessage,
    takePost: () => account.take(),
    connectionShare() {
      const { rateLimit = limits.accountRate, burstLimit = limits.accountBurst } = api.throttle ?? {};
      const { connectionShare: share } = limits;
      return new TokenBucket(Math.max(1, share * rateLimit), Math.max(10, share * burstLimit), clock);
    },
  };
}

/** A token bucket, as API Gateway describes its throttles. Starts full. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  readonly #clock: Pick<Clock, 'now'>;
  #tokens: number;
  #filledAt: number;

  /** @param rate tokens that flow in each second @param burst tokens that the bucket holds */
  constructor(rate: number, burst: number, clock: Pick<Clock, 'now'>) {
    this.#rate = rate;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** Takes one token; `false` means throttled. */
  take(): boolean {
    const now = this.#clock.now();
    // A clock that is set back must not empty the bucket.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#rate) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
