/** Lambda's Invoke API over HTTP, for functions that invoke functions. Loopback only, every request signed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../clock.ts';
import { readBody } from '../api-gateway/request-body.ts';
import { SignatureVerifier, type Credentials } from '../api-gateway/signature.ts';
import { isServiceError, requestTooLarge, SERVICE_ERROR_STATUS } from './errors.ts';
import type { Lambda } from './index.ts';
import type { FunctionError } from './invocation.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from './lambda-quotas.ts';

export interface InvokeApiOptions {
  lambda: Pick<Lambda, 'invoke' | 'invokeAsync'>;
  region: string;
  /** The only ones that may invoke; a function has them in its environment. */
  credentials: Credentials;
  clock?: Clock;
}

export interface InvokeApi {
  /** Resolves with the endpoint, the value of `AWS_ENDPOINT_URL_LAMBDA`. Port 0 takes a free one. */
  listen(port?: number): Promise<string>;
  /** Stops; calls that are still under way are cut off. */
  close(): Promise<void>;
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

/** The function's name, or its ARN, with or without a version. */
const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const FUNCTION = /^(?:arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:)?([\w-]+)(?::\$LATEST)?$/;

/** AWS accepts a signature for this long. */
const SIGNATURE_SKEW_MS = 5 * 60 * 1000;

export function createInvokeApi(options: InvokeApiOptions): InvokeApi {
  const { now } = options.clock ?? systemClock;
  const { region, credentials } = options;
  const verifier = new SignatureVerifier({
    credentials,
    region,
    service: 'lambda',
    skew: SIGNATURE_SKEW_MS,
    now,
  });
  const server = createServer(
    (request, response) => void handle(request, response, options.lambda, verifier),
  );
  // A function keeps its sockets between two events; Node's default of 5 s would cut them under its hands.
  server.keepAliveTimeout = 120_000;
  return {
    listen: (port = 0) => listen(server, port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  lambda: InvokeApiOptions['lambda'],
  verifier: SignatureVerifier,
): Promise<void> {
  let body: Awaited<ReturnType<typeof readBody>>;
  try {
    body = await readBody(request, SYNCHRONOUS_PAYLOAD_BYTES);
  } catch {
    // The client has gone or sent far too much: there is nobody to answer.
    response.destroy();
    return;
  }
  const { method = '', url = '/', headers } = request;
  const wrong = verifier.verify({ method, url, headers, payloadHash: body.sha256 });
  const answer = wrong
    ? refuse({ ...wrong, errorMessage: wrong.message }, 403)
    : await invoke(request, body.data, lambda);
  response.writeHead(answer.statusCode, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(answer.body ?? ''),
    ...answer.headers,
  });
  response.end(answer.body);
}

async function invoke(
  request: IncomingMessage,
  body: Buffer | undefined,
  lambda: InvokeApiOptions['lambda'],
): Promise<Answer> {
  const functionName = functionNameOf(request.url ?? '');
  if (request.method !== 'POST' || functionName === undefined) {
    return refuse(
      { errorType: 'UnknownOperationException', errorMessage: 'Only Invoke is known here.' },
      404,
    );
  }
  if (!body) return refuse(requestTooLarge(SYNCHRONOUS_PAYLOAD_BYTES));
  const event = parse(body.toString('utf8'));
  if ('error' in event) return refuse(event.error);
  switch (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'RequestResponse':
      return invokeAndWait(lambda, functionName, event.value);
    case 'Event': {
      const { requestId, functionError } = lambda.invokeAsync(functionName, event.value);
      if (functionError) return refuse(functionError, undefined, requestId);
      return { statusCode: 202, headers: { 'x-amzn-RequestId': requestId } };
    }
    default: {
      const errorMessage = 'X-Amz-Invocation-Type is RequestResponse or Event.';
      return refuse({ errorType: 'InvalidParameterValueException', errorMessage }, 400);
    }
  }
}

async function invokeAndWait(
  lambda: InvokeApiOptions['lambda'],
  functionName: string,
  event: unknown,
): Promise<Answer> {
  const { requestId, payload, functionError } = await lambda.invoke(functionName, event);
  if (functionError && isServiceError(functionError)) return refuse(functionError, undefined, requestId);
  return {
    statusCode: 200,
    headers: {
      'x-amzn-RequestId': requestId,
      'X-Amz-Executed-Version': '$LATEST',
      ...(functionError && { 'X-Amz-Function-Error': 'Unhandled' }),
    },
    body: JSON.stringify(functionError ?? payload),
  };
}

/** No payload is an empty event. */
function parse(text: string): { value: unknown } | { error: FunctionError } {
  try {
    return { value: text === '' ? {} : JSON.parse(text) };
  } catch (error) {
    const errorMessage = `Could not parse request body into json: ${(error as Error).message}`;
    return { error: { errorType: 'InvalidRequestContentException', errorMessage } };
  }
}

function functionNameOf(url: string): string | undefined {
  const segment = PATH.exec(url.split('?', 1)[0]!)?.[1];
  try {
    return segment === undefined ? undefined : FUNCTION.exec(decodeURIComponent(segment))?.[1];
  } catch {
    return undefined;
  }
}

function refuse(
  { errorType, errorMessage }: FunctionError,
  statusCode = SERVICE_ERROR_STATUS.get(errorType) ?? 500,
  requestId?: string,
): Answer {
  return {
    statusCode,
    headers: { 'x-amzn-ErrorType': errorType, ...(requestId && { 'x-amzn-RequestId': requestId }) },
    body: JSON.stringify({ Type: statusCode < 500 ? 'User' : 'Service', message: errorMessage }),
  };
}
