/** One post to one connection, and what its answer means. */
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/**
 * - delivered: the gateway took the message
 * - gone: no such connection, or its handshake is not complete yet (410)
 * - throttled: too many posts, or the client's buffer is full (429)
 * - failed: anything else; `reason` names it
 */
export type PostResult =
  { outcome: 'delivered' | 'gone' | 'throttled' } | { outcome: 'failed'; reason: string };

export type Post = (connectionId: string, message: string) => Promise<PostResult>;

const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Posts through the management API over kept-alive sockets, as many at a time as the caller asks for.
 * A post is tried once: whoever was not reached is posted to again with the values of that moment.
 */
export function createPost(endpoint: string, maxSockets: number): Post {
  const client = new ApiGatewayManagementApiClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    },
  });
  return async (connectionId, message) => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: message }));
      return { outcome: 'delivered' };
    } catch (error) {
      return resultOf(error);
    }
  };
}

function resultOf(error: unknown): PostResult {
  const { name, message, $metadata } = error as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name === 'GoneException' || $metadata?.httpStatusCode === 410) return { outcome: 'gone' };
  if (name === 'LimitExceededException' || $metadata?.httpStatusCode === 429) return { outcome: 'throttled' };
  return { outcome: 'failed', reason: `${name ?? 'Error'}: ${message ?? String(error)}` };
}
