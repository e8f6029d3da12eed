/** Which function a request is for, and what its answer means: route selection and the AWS_PROXY integration. */
import type { Clock } from '../clock.ts';
import type { InvocationResult, Invoke } from '../invocation.ts';
import type { Route, WebSocketApi } from '../topology.ts';
import { UserError } from '../../shared/user-error.ts';

// --- route selection ---

const EXPRESSION = /^\$request\.body\.([\w-]+(?:\.[\w-]+)*)$/;
const LIFECYCLE_ROUTES = new Set(['$connect', '$disconnect']);

export class RouteTable {
  readonly #routes: Map<string, Route>;
  readonly #path: string[];

  /** @throws {UserError} for a route selection expression other than `$request.body.<field>` */
  constructor({ apiId, routes, routeSelectionExpression }: WebSocketApi) {
    const field = EXPRESSION.exec(routeSelectionExpression)?.[1];
    if (field === undefined) {
      throw new UserError(
        `WebSocket API "${apiId}" has the route selection expression "${routeSelectionExpression}", which the local gateway does not support.`,
        'Use $request.body.<field>, such as $request.body.action.',
      );
    }
    this.#path = field.split('.');
    this.#routes = new Map(routes.map((route) => [route.routeKey, route]));
  }

  get connect(): Route | undefined {
    return this.#routes.get('$connect');
  }

  get disconnect(): Route | undefined {
    return this.#routes.get('$disconnect');
  }

  /** The route that a message selects, or `$default`. A message cannot select `$connect` or `$disconnect`. */
  ofMessage(body: string): Route | undefined {
    const key = this.#select(body);
    const route = key === undefined || LIFECYCLE_ROUTES.has(key) ? undefined : this.#routes.get(key);
    return route ?? this.#routes.get('$default');
  }

  #select(body: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      // A message that is not JSON goes to $default.
      return undefined;
    }
    for (const field of this.#path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
      value = (value as Record<string, unknown>)[field];
    }
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
  }
}

// --- integration ---

export type IntegrationOutcome =
  | { kind: 'answered'; statusCode: number; headers: Record<string, string>; body: string }
  | IntegrationFailure;

interface IntegrationFailure {
  kind: 'failed';
  /** Status for a refused handshake: 502 when the function failed or its answer is malformed, 504 when it took too long. */
  statusCode: 500 | 502 | 504;
  /** For the operator, never for the client. */
  detail: string;
}

/** Whether `$connect` accepted the connection. */
export function accepts(
  outcome: IntegrationOutcome,
): outcome is Exclude<IntegrationOutcome, IntegrationFailure> {
  return outcome.kind === 'answered' && outcome.statusCode >= 200 && outcome.statusCode < 300;
}

export type Integrate = (functionName: string, event: unknown) => Promise<IntegrationOutcome>;

/** @param timeoutMs after which the outcome is 504, whatever the function does */
export function createIntegration(invoke: Invoke, clock: Clock, timeoutMs: number): Integrate {
  return (functionName, event) =>
    new Promise((resolve) => {
      const timer = clock.setTimer(
        () => resolve(failure(504, `no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      invoke(functionName, event)
        .then(readProxyResponse, (error) => failure(500, `the function cannot be invoked: ${String(error)}`))
        .then((outcome) => {
          timer.cancel();
          resolve(outcome);
        });
    });
}

/** Reads Lambda's answer as a proxy response. Only an integer `statusCode` is required. */
export function readProxyResponse({
  functionError,
  payload,
}: Omit<InvocationResult, 'requestId'>): IntegrationOutcome {
  if (functionError) {
    const { errorType, errorMessage } = functionError;
    return failure(errorType === 'TooManyRequestsException' ? 500 : 502, `${errorType}: ${errorMessage}`);
  }
  const { statusCode, headers, body = '', isBase64Encoded } = (payload ?? {}) as Record<string, unknown>;
  // AWS accepts a status in text.
  const status = Number(statusCode ?? Number.NaN);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') {
    return failure(502, 'malformed proxy response; expected {"statusCode": <number>, "body"?: <string>}');
  }
  return {
    kind: 'answered',
    statusCode: status,
    headers: readHeaders(headers),
    body: isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body,
  };
}

/** Header names in lower case; values that are not scalars are dropped. */
function readHeaders(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {})
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function failure(statusCode: IntegrationFailure['statusCode'], detail: string): IntegrationFailure {
  return { kind: 'failed', statusCode, detail };
}
