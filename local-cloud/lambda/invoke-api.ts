/** Lambda's Invoke API over HTTP, for functions that invoke functions. */
import type { IncomingMessage } from 'node:http';
import type { FunctionError } from '../invocation.ts';
import type { Verify } from '../signature.ts';
import { type Answer, createSignedServer, errorAnswer, type SignedServer } from '../signed-server.ts';
import {
  isServiceError,
  requestTooLarge,
  SERVICE_ERROR_STATUS,
  SYNCHRONOUS_PAYLOAD_BYTES,
} from './errors.ts';
import type { Lambda } from './index.ts';

type Invoker = Pick<Lambda, 'invoke' | 'invokeAsync'>;

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
/** A function's name or its ARN, with or without a version. */
const FUNCTION = /^(?:arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:)?([\w-]+)(?::\$LATEST)?$/;

export function createInvokeApi(lambda: Invoker, verify: Verify): SignedServer {
  return createSignedServer({
    verify,
    maxBodyBytes: SYNCHRONOUS_PAYLOAD_BYTES,
    answer: (request, body) => answer(request, body, lambda),
  });
}

async function answer(request: IncomingMessage, body: Buffer | undefined, lambda: Invoker): Promise<Answer> {
  const functionName = functionNameOf(request.url ?? '');
  if (request.method !== 'POST' || functionName === undefined) {
    return errorAnswer(404, 'This endpoint supports Invoke only.', 'UnknownOperationException');
  }
  if (!body) return refuse(requestTooLarge(SYNCHRONOUS_PAYLOAD_BYTES));
  let event: unknown;
  try {
    event = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    return errorAnswer(400, message, 'InvalidRequestContentException');
  }
  switch (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'RequestResponse':
      return invoke(lambda, functionName, event);
    case 'Event': {
      const { requestId, functionError } = lambda.invokeAsync(functionName, event);
      return functionError
        ? refuse(functionError)
        : { statusCode: 202, headers: { 'x-amzn-RequestId': requestId } };
    }
    default: {
      const message = 'X-Amz-Invocation-Type must be RequestResponse or Event.';
      return errorAnswer(400, message, 'InvalidParameterValueException');
    }
  }
}

async function invoke(lambda: Invoker, functionName: string, event: unknown): Promise<Answer> {
  const { requestId, payload, functionError } = await lambda.invoke(functionName, event);
  if (functionError && isServiceError(functionError)) return refuse(functionError);
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

function functionNameOf(url: string): string | undefined {
  const segment = PATH.exec(url.split('?', 1)[0]!)?.[1];
  try {
    return segment === undefined ? undefined : FUNCTION.exec(decodeURIComponent(segment))?.[1];
  } catch {
    return undefined;
  }
}

function refuse({ errorType, errorMessage }: FunctionError): Answer {
  return errorAnswer(SERVICE_ERROR_STATUS.get(errorType) ?? 500, errorMessage, errorType);
}
