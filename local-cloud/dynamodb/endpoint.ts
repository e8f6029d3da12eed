import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { DynamoDBError } from './errors.ts';

const PATIENCE_MS = 5_000;

/**
 * Passes when something answers HTTP there: DynamoDB answers GET / with 200, some stand-ins with 400.
 * @throws {DynamoDBError} EndpointInvalid, EndpointUnreachable
 */
export async function checkEndpoint(endpoint: string): Promise<void> {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new DynamoDBError(
      'EndpointInvalid',
      `DYNAMODB_ENDPOINT is ${JSON.stringify(endpoint)}, which is no http or https URL.`,
      'Set it to something like http://127.0.0.1:8000, or unset it to use the database engine that comes along.',
    );
  await new Promise<void>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? getSecurely : get)(url, { timeout: PATIENCE_MS });
    request.on('response', (response) => {
      response.resume();
      resolve();
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    request.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(endpoint, error)));
  });
}

function unreachable(endpoint: string, error: NodeJS.ErrnoException): DynamoDBError {
  return new DynamoDBError(
    'EndpointUnreachable',
    `No DynamoDB answers at DYNAMODB_ENDPOINT ${endpoint} (${error.code ?? error.message}).`,
    'Start it first, or unset DYNAMODB_ENDPOINT to use the database engine that comes along.',
  );
}
