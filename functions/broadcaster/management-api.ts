/** API Gateway's management API: posting to one connection, and closing it. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { createSign } from '../shared/sign.ts';

/**
 * - delivered: the gateway accepted the message
 * - gone: the connection does not exist, or its handshake is not complete yet (410)
 * - throttled: too many posts, or the client's buffer is full (429)
 * - failed: anything else; `reason` names it
 */
export type PostResult =
  { outcome: 'delivered' | 'gone' | 'throttled' } | { outcome: 'failed'; reason: string };

export interface ManagementApi {
  /** @param withinMs the post is given up after this time, if not before */
  post(connectionId: string, message: string, withinMs?: number): Promise<PostResult>;
  /** @returns whether the connection is closed now */
  close(connectionId: string): Promise<boolean>;
}

/** A request is given up after this time without a byte in either direction. */
const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Uses kept-alive sockets, and tries a request once unless a kept socket was closed meanwhile: the caller retries, with newer values.
 *
 * Posts are what this system does most. The SDK's signer over Node's own HTTP client takes a third of the processor time of the SDK's
 * client for this API (bench/README.md), and on Lambda a broadcast waits for its share of the processor.
 *
 * @param endpoint `https://{api}.execute-api.{region}.amazonaws.com/{stage}`
 */
export function createManagementApi(
  endpoint: string,
  maxSockets: number,
  { sign = createSign('execute-api'), timeoutMs = REQUEST_TIMEOUT_MS } = {},
): ManagementApi {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets });
  const request = secure ? httpsRequest : httpRequest;
  const stagePath = pathname.replace(/\/$/, '');

  async function call(
    method: 'POST' | 'DELETE',
    connectionId: string,
    body: Buffer,
    withinMs: number,
  ): Promise<PostResult> {
    const timeout = Math.min(timeoutMs, withinMs);
    // Reasons are counted, so they must not contain the milliseconds that were left.
    const late = `no answer ${timeout < timeoutMs ? 'before the deadline' : `within ${timeoutMs} ms`}`;
    const path = `${stagePath}/@connections/${encodeURIComponent(connectionId)}`;
    try {
      const unsigned = { host, 'content-type': 'application/octet-stream' };
      const headers = await sign({ method, protocol, hostname, path, headers: unsigned, body });
      const send = (via: Agent | false): Promise<PostResult> =>
        new Promise((resolve, reject) => {
          const outgoing = request({
            agent: via,
            method,
            hostname,
            port,
            path,
            headers: { ...headers, 'content-length': body.length },
            timeout,
          });
          outgoing.on('response', (response) => resultOf(response).then(resolve, reject));
          outgoing.on('timeout', () => outgoing.destroy(new Error(late)));
          // The gateway closes idle sockets, also while the function is frozen. Posting the same values twice is harmless. Other
          // kept sockets may be closed as well, so the second try opens a new one.
          outgoing.on('error', (error) =>
            outgoing.reusedSocket && isClosed(error) ? resolve(send(false)) : reject(error),
          );
          outgoing.end(body);
        });
      return await send(agent);
    } catch (error) {
      return { outcome: 'failed', reason: String(error) };
    }
  }

  return {
    post: (connectionId, message, withinMs = timeoutMs) =>
      call('POST', connectionId, Buffer.from(message), withinMs),
    async close(connectionId) {
      const { outcome } = await call('DELETE', connectionId, Buffer.alloc(0), timeoutMs);
      return outcome === 'delivered' || outcome === 'gone';
    },
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Reads the answer to its end, so that its socket can carry the next request. */
async function resultOf(response: IncomingMessage): Promise<PostResult> {
  const answer = await text(response);
  switch (response.statusCode) {
    case 200:
    case 204:
      return { outcome: 'delivered' };
    case 410:
      return { outcome: 'gone' };
    case 429:
      return { outcome: 'throttled' };
    default:
      return { outcome: 'failed', reason: reasonOf(response, answer) };
  }
}

/** The API's error, without the parts that differ from post to post: reasons are counted. */
function reasonOf({ statusCode, headers }: IncomingMessage, answer: string): string {
  // `ForbiddenException:http://…`: only the name counts.
  const [name] = String(headers['x-amzn-errortype'] ?? '').split(':');
  const message = /"message"\s*:\s*"([^"]*)"/i
    .exec(answer)?.[1]
    ?.replace(/@connections\/\S+/g, '@connections/…');
  return [statusCode, name, message].filter(Boolean).join(' ');
}
