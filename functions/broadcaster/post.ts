/** One post to one connection, and what its answer means. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { createSign } from './sign.ts';

/**
 * - delivered: the gateway took the message
 * - gone: no such connection, or its handshake is not complete yet (410)
 * - throttled: too many posts, or the client's buffer is full (429)
 * - failed: anything else; `reason` names it
 */
export type PostResult =
  { outcome: 'delivered' | 'gone' | 'throttled' } | { outcome: 'failed'; reason: string };

/** @param withinMs it is given up after so long, if not before */
export type Post = (connectionId: string, message: string, withinMs?: number) => Promise<PostResult>;

/** Without a byte in either direction for so long, a post is given up. */
const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Posts through the management API over kept-alive sockets, as many at a time as the caller asks for.
 * A post is tried once, but for a kept socket that was closed meanwhile: whoever was not reached is posted to again with the values of
 * that moment.
 *
 * Posts are what this system does most. The SDK's signer over Node's own HTTP client takes a third of the processor time that the
 * SDK's client for this API takes (bench/README.md), and on Lambda the processor's share is what a broadcast waits for.
 *
 * @param endpoint `https://{api}.execute-api.{region}.amazonaws.com/{stage}`
 */
export function createPost(
  endpoint: string,
  maxSockets: number,
  { sign = createSign(process.env), timeoutMs = REQUEST_TIMEOUT_MS } = {},
): Post {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets });
  const request = secure ? httpsRequest : httpRequest;
  const stagePath = pathname.replace(/\/$/, '');
  return async (connectionId, message, withinMs = timeoutMs) => {
    const timeout = Math.min(timeoutMs, withinMs);
    // Reasons are counted: what is left of the time differs from post to post.
    const late = `no answer ${timeout < timeoutMs ? 'before the deadline' : `within ${timeoutMs} ms`}`;
    const body = Buffer.from(message);
    const path = `${stagePath}/@connections/${encodeURIComponent(connectionId)}`;
    try {
      const headers = await sign({ protocol, hostname, host, path, body });
      const send = (via: Agent | false): Promise<PostResult> =>
        new Promise((resolve, reject) => {
          const outgoing = request({
            agent: via,
            method: 'POST',
            hostname,
            port,
            path,
            headers: { ...headers, 'content-length': body.length },
            timeout,
          });
          outgoing.on('response', (response) => resultOf(response).then(resolve, reject));
          outgoing.on('timeout', () => outgoing.destroy(new Error(late)));
          // The gateway closes idle sockets, also while the function is frozen. Twice the same values do no harm, and the other
          // kept sockets may be closed as well: a new one is none of them.
          outgoing.on('error', (error) =>
            outgoing.reusedSocket && isClosed(error) ? resolve(send(false)) : reject(error),
          );
          outgoing.end(body);
        });
      return await send(agent);
    } catch (error) {
      return { outcome: 'failed', reason: String(error) };
    }
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Reads the answer to its end, so that its socket can carry the next post. */
async function resultOf(response: IncomingMessage): Promise<PostResult> {
  const answer = await text(response);
  switch (response.statusCode) {
    case 200:
      return { outcome: 'delivered' };
    case 410:
      return { outcome: 'gone' };
    case 429:
      return { outcome: 'throttled' };
    default:
      return { outcome: 'failed', reason: reasonOf(response, answer) };
  }
}

/** What the API said, without the parts that differ from post to post: reasons are counted. */
function reasonOf({ statusCode, headers }: IncomingMessage, answer: string): string {
  // `ForbiddenException:http://…`: the name is what counts.
  const [name] = String(headers['x-amzn-errortype'] ?? '').split(':');
  const message = /"message"\s*:\s*"([^"]*)"/i
    .exec(answer)?.[1]
    ?.replace(/@connections\/\S+/g, '@connections/…');
  return [statusCode, name, message].filter(Boolean).join(' ');
}
