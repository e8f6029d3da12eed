/** The AWS_PROXY integration: invokes a function and reads its answer as API Gateway does. */
import type { InvocationResult, Invoke } from '../lambda/invocation.ts';
import type { Clock } from '../clock.ts';

export type IntegrationOutcome =
  | { kind: 'answered'; statusCode: number; headers: Record<string, string>; body: string }
  | IntegrationFailure;

export interface IntegrationFailure {
  kind: 'failed';
  /** What a refused handshake says: 502 where the function failed or its answer is malformed, 504 where it took too long. */
  statusCode: 500 | 502 | 504;
  /** For the operator, never for the client. */
  detail: string;
}

export class Integration {
  readonly #invoke: Invoke;
  readonly #clock: Clock;
  readonly #timeout: number;

  /** `timeout` in milliseconds. */
  constructor(invoke: Invoke, clock: Clock, timeout: number) {
    this.#invoke = invoke;
    this.#clock = clock;
    this.#timeout = timeout;
  }

  /** Never rejects: whatever the function does becomes an outcome. */
  call(functionName: string, event: unknown): Promise<IntegrationOutcome> {
    return new Promise((resolve) => {
      const late = failure(504, `no answer within ${this.#timeout} ms`);
      const timer = this.#clock.setTimer(() => resolve(late), this.#timeout);
      void this.#answer(functionName, event).then((outcome) => {
        timer.cancel();
        resolve(outcome);
      });
    });
  }

  async #answer(functionName: string, event: unknown): Promise<IntegrationOutcome> {
    try {
      return readProxyResponse(await this.#invoke(functionName, event));
    } catch (error) {
      return failure(500, `the function could not be invoked: ${String(error)}`);
    }
  }
}

/** Lambda's answer as a proxy response: an integer `statusCode` is all that it must have. */
export function readProxyResponse(result: InvocationResult): IntegrationOutcome {
  if (result.functionError) {
    const { errorType, errorMessage } = result.functionError;
    return failure(errorType === 'TooManyRequestsException' ? 500 : 502, `${errorType}: ${errorMessage}`);
  }
  const payload = result.payload as Record<string, unknown> | null | undefined;
  const statusCode = Number(payload?.['statusCode'] ?? Number.NaN);
  const body = payload?.['body'] ?? '';
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599 || typeof body !== 'string') {
    return failure(
      502,
      'malformed Lambda proxy response: expected {"statusCode": <number>, "body"?: <string>}',
    );
  }
  return {
    kind: 'answered',
    statusCode,
    headers: readHeaders(payload?.['headers']),
    body: payload?.['isBase64Encoded'] === true ? Buffer.from(body, 'base64').toString() : body,
  };
}

/** Header names in lower case; values that are not scalars are left out. */
function readHeaders(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, header]) => ['string', 'number', 'boolean'].includes(typeof header))
      .map(([name, header]) => [name.toLowerCase(), String(header)]),
  );
}

function failure(statusCode: IntegrationFailure['statusCode'], detail: string): IntegrationFailure {
  return { kind: 'failed', statusCode, detail };
}
