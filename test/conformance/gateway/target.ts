/** What the suite runs against: anything that claims to behave like API Gateway's WebSocket API. */
import type { GatewayLimits } from '../../../local-cloud/api-gateway/index.ts';
import type { WebSocketApi } from '../../../local-cloud/topology.ts';

/**
 * `limits`: can set quotas. `time`: can advance the clock. `hold`: can delay answers. `shutdown`: can be stopped. `routes`: can deploy any
 * routes instead of the usual ones.
 */
export type Capability = 'limits' | 'time' | 'hold' | 'shutdown' | 'routes';

/** Thrown by a stage that cannot do what a fact needs. The fact is then skipped. */
export class Unsupported extends Error {
  override name = 'Unsupported';

  constructor(what: string) {
    super(`needs ${what}`);
  }
}

export interface Target {
  name: string;
  capabilities: ReadonlySet<Capability>;
  /** A new stage for one test. */
  deploy(setup?: StageSetup): Promise<Stage>;
  /** Cleans up what a failed fact may have left. */
  reset?(): Promise<void>;
}

export interface StageSetup {
  /** Route keys. A `!` at the end adds a route response. Default: `$connect`, `$disconnect`, `hello!`, `quiet`. */
  routes?: string[];
  limits?: Partial<GatewayLimits>;
  throttle?: NonNullable<WebSocketApi['throttle']>;
}

/** What a route's function does from now on. */
export type Answer = { returns: unknown } | { throws: string } | { hangs: true };

/** An event as a function received it. */
export interface ReceivedEvent {
  requestContext: Record<string, unknown> & { connectionId: string; routeKey: string; requestId: string };
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  body?: string;
  isBase64Encoded: boolean;
}

export interface Stage {
  /** `ws://127.0.0.1:4000/live` */
  webSocketUrl: string;
  managementEndpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Scripts a route's function. By default it returns `{"statusCode": 200, "body": "<route key>"}`. */
  answer(routeKey: string, answer: Answer): void;
  /** Delays the answers of a route's function until the returned function is called. Needs `hold`. */
  hold(routeKey: string): () => void;
  /** The route's next event. Each event is returned once, in the order of arrival. */
  nextEvent(routeKey: string): Promise<ReceivedEvent>;
  /** Milliseconds since 1970, by the target's clock. */
  now(): number;
  /** Needs `time`. */
  advance(milliseconds: number): void;
  /** Stops the gateway as an operator would. Needs `shutdown`. */
  shutDown(): Promise<void>;
  /** Ends everything that the test started. */
  dispose(): Promise<void>;
}
