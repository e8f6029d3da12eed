/** Makes a function's own DynamoDB client meet faults in its HTTP layer, and wait for its retries in simulated time. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  answerTo,
  drawDatabaseFault,
  operationOf,
  withoutHalf,
  type DatabaseFault,
} from './database-faults.ts';
import { callOut, pauseOf } from './invocation.ts';
import type { Simulation } from './simulation.ts';

export interface DatabaseFaults {
  rate: number;
  kinds?: readonly DatabaseFault[];
}

export interface Call {
  operation: string;
  /** JSON as sent. */
  request: string;
  statusCode: number;
  /** JSON as answered. */
  response: string;
}

export interface FaultyClientOptions {
  simulation: Simulation;
  /** Called for every request. */
  faults: () => DatabaseFaults;
  /** Called with every answer of the database, even if the client never gets it. */
  onAnswer?: (call: Call) => void;
}

const REQUEST_TIMEOUT_MS = 3_000;
const LATEST_MS = 8_000;
/** The SDK's own limit. */
const MAX_BACKOFF_MS = 20_000;

type Handler = DynamoDBClient['config']['requestHandler'];
type HttpRequest = Parameters<Handler['handle']>[0];
type Retry = Awaited<ReturnType<DynamoDBClient['config']['retryStrategy']>>;

export function makeFaulty(client: DynamoDBClient, options: FaultyClientOptions): DynamoDBClient {
  const { simulation, faults } = options;
  const inner = client.config.requestHandler;
  /** The last answer to each eventually consistent read. */
  const answered = new Map<string, { statusCode: number; body: Buffer }>();

  const forward = async (request: HttpRequest): Promise<{ statusCode: number; body: Buffer }> => {
    const { response } = await inner.handle(request);
    const body = await collect(response.body as AsyncIterable<Uint8Array>);
    options.onAnswer?.({
      operation: operationOf(request.headers['x-amz-target']),
      request: String(request.body),
      statusCode: response.statusCode,
      response: String(body),
    });
    const answer = { statusCode: response.statusCode, body };
    if (isEventuallyConsistent(request) && response.statusCode === 200)
      answered.set(String(request.body), answer);
    return answer;
  };

  const meet = async (request: HttpRequest, fault: DatabaseFault | undefined) => {
    const text = String(request.body);
    switch (fault) {
      case 'dropped':
        throw broken();
      case 'unanswered':
        await forward(request);
        throw broken();
      case 'partial': {
        const { asked, unprocessed } = withoutHalf(text);
        const answer = await forward(withBody(request, asked));
        const body = { ...(JSON.parse(String(answer.body)) as object), UnprocessedKeys: unprocessed };
        return { ...answer, body: Buffer.from(JSON.stringify(body)) };
      }
      case 'stale':
        return (isEventuallyConsistent(request) && answered.get(text)) || forward(request);
      default: {
        const answer = fault && answerTo(fault, text);
        return answer ? { ...answer, body: Buffer.from(answer.body) } : forward(request);
      }
    }
  };

  client.config.requestHandler = {
    ...inner,
    metadata: inner.metadata!,
    destroy: () => inner.destroy?.(),
    async handle(request: HttpRequest) {
      const fault = drawDatabaseFault(
        simulation.random,
        operationOf(request.headers['x-amz-target']),
        faults(),
      );
      if (fault === 'late') {
        simulation.after(simulation.random.below(LATEST_MS), () => {
          void simulation.call(() => forward(request)).catch(() => {});
        });
        await pauseOf(simulation, REQUEST_TIMEOUT_MS);
        throw Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
      }
      const { statusCode, body } = await callOut(simulation, () => meet(request, fault));
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      return { response: { statusCode, headers, body } };
    },
  } as unknown as Handler;

  const retryStrategy = client.config.retryStrategy;
  client.config.retryStrategy = async () => inSimulatedTime(await retryStrategy(), simulation);
  return client;
}

/** The same strategy, with its pauses in simulated time. */
function inSimulatedTime(strategy: Retry, simulation: Simulation): Retry {
  if (!('refreshRetryTokenForRetry' in strategy) || !('retryBackoffStrategy' in strategy))
    throw new TypeError('The SDK has changed its retry strategy; adapt this file.');
  let base = 0;
  let pause = 0;
  // The standard strategy's option `backoff` would do this, but the strategy already exists.
  Object.assign(strategy, {
    retryBackoffStrategy: {
      setDelayBase: (delay: number) => (base = delay),
      computeNextBackoffDelay(retries: number) {
        pause = simulation.random.next() * Math.min(MAX_BACKOFF_MS, base * 2 ** retries);
        return 0;
      },
    },
  });
  return {
    acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
    recordSuccess: (token) => strategy.recordSuccess(token),
    async refreshRetryTokenForRetry(token, info) {
      const next = await simulation.outside(strategy.refreshRetryTokenForRetry(token, info));
      await pauseOf(simulation, pause);
      return next;
    },
  };
}

function isEventuallyConsistent(request: HttpRequest): boolean {
  const operation = operationOf(request.headers['x-amz-target']);
  const isRead = operation === 'BatchGetItem' || operation === 'GetItem';
  return isRead && !String(request.body).includes('"ConsistentRead":true');
}

function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function withBody(request: HttpRequest, body: string): HttpRequest {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(request)) as HttpRequest, request);
  copy.body = body;
  copy.headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
  return copy;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
