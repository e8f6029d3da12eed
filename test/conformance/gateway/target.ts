/**
 * What the suite runs against: something that behaves as API Gateway's WebSocket API. The local gateway is one target; an
 * emulated AWS or a deployed stage can be another, without what its capabilities leave out.
 */
import type { GatewayLimits } from '../../../local-cloud/api-gateway/index.ts';
import type { WebSocketApi } from '../../../local-cloud/topology.ts';

/** `limits`: quotas can be set. `time`: it can be moved on. `hold`: answers can be delayed. `shutdown`: it can be stopped. */
export type Capability = 'limits' | 'time' | 'hold' | 'shutdown';

export interface Target {
  name: string;
  capabilities: ReadonlySet<Capability>;
  /** A stage of its own for one test. */
  deploy(setup?: StageSetup): Promise<Stage>;
}

export interface StageSetup {
  /** Route keys; those that end with `!` have a route response. Default: `$connect`, `$disconnect`, `hello!`, `quiet`. */
  routes?: string[];
  limits?: Partial<GatewayLimits>;
  throttle?: NonNullable<WebSocketApi['throttle']>;
}

/** What the function behind a route does when it is asked next, and from then on. */
export type Answer = { returns: unknown } | { throws: string } | { hangs: true };

/** An event as the function received it. */
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
  /** Scripts a route's function. Until then it returns `{"statusCode": 200, "body": "<route key>"}`. */
  answer(routeKey: string, answer: Answer): void;
  /** From now on the route's function waits with its answers until the returned function is called. Needs `hold`. */
  hold(routeKey: string): () => void;
  /** The next event of that route; each is given once, in the order of arrival. */
  nextEvent(routeKey: string): Promise<ReceivedEvent>;
  /** Milliseconds since 1970, by the target's clock. */
  now(): number;
  /** Needs `time`. */
  advance(milliseconds: number): void;
  /** Stops the gateway as an operator would. Needs `shutdown`. */
  shutDown(): Promise<void>;
  /** Ends whatever the test left. */
  dispose(): Promise<void>;
}
