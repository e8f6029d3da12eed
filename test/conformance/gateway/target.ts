/** What the suite runs against: anything that claims to behave like API Gateway's WebSocket API. */
import type { APIGatewayEventWebsocketRequestContextV2 } from 'aws-lambda';
import type { GatewayLimits } from '../../../local-cloud/api-gateway/index.ts';
import type { Throttle } from '../../../local-cloud/topology.ts';

/** Thrown by a target that cannot do what a fact needs. The fact is then skipped. */
export class Unsupported extends Error {
  override name = 'Unsupported';

  constructor(what: string) {
    super(`needs ${what}`);
  }
}

/** For a method that a target does not have. */
export function unsupported(what: string): () => never {
  return () => {
    throw new Unsupported(what);
  };
}

export interface Target {
  name: string;
  /** A new stage for one test. Rejects with {@link Unsupported} if it can only deploy its usual one. */
  deploy(setup?: StageSetup): Promise<Stage>;
  /** Cleans up what a failed fact may have left. */
  reset?(): Promise<void>;
}

export interface StageSetup {
  /** Route keys. A `!` at the end adds a route response. Default: {@link ROUTES}. */
  routes?: string[];
  limits?: Partial<GatewayLimits>;
  throttle?: Throttle;
}

export const ROUTES = ['$connect', '$disconnect', 'hello!', 'quiet', 'empty!', 'slow!'];

export function parseRoutes(routes: string[] = ROUTES): { routeKey: string; routeResponse: boolean }[] {
  return routes.map((route) => ({
    routeKey: route.replace(/!$/, ''),
    routeResponse: route.endsWith('!'),
  }));
}

/** What a route's function does from now on. */
export type Answer = { returns: unknown } | { throws: string } | { hangs: true };

/** An event as a function received it. */
export interface ReceivedEvent {
  requestContext: APIGatewayEventWebsocketRequestContextV2 & {
    identity: { sourceIp: string; userAgent?: string };
    disconnectStatusCode?: number;
    disconnectReason?: string;
  };
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  body?: string;
  isBase64Encoded: boolean;
}

/** The functions behind the routes, as a test sees them. */
export interface Functions {
  /** Scripts a route's function. By default it returns `{"statusCode": 200, "body": "<route key>"}`. */
  answer(routeKey: string, answer: Answer): void;
  /** Delays the answers of a route's function until the returned function is called. */
  hold(routeKey: string): () => void;
  /** The route's next event. Each event is returned once, in the order of arrival. */
  nextEvent(routeKey: string): Promise<ReceivedEvent>;
}

export interface Stage extends Functions {
  /** `ws://127.0.0.1:4000/live` */
  webSocketUrl: string;
  managementEndpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Milliseconds since 1970, by the target's clock. */
  now(): number;
  advance(milliseconds: number): void;
  /** Stops the gateway as an operator would. */
  shutDown(): Promise<void>;
  /** Ends everything that the test started. */
  dispose(): Promise<void>;
}
