/** API Gateway's management API: posting to one connection, and closing it. */
import type { Http, HttpResponse } from './http.ts';

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

/** A request is given up after this time. */
const REQUEST_TIMEOUT_MS = 3_000;
const HEADERS = { 'content-type': 'application/octet-stream' };

/**
 * A request is tried once: the caller retries, with newer values.
 * @param http with the endpoint `https://{api}.execute-api.{region}.amazonaws.com/{stage}`
 */
export function createManagementApi(http: Http, requestTimeoutMs = REQUEST_TIMEOUT_MS): ManagementApi {
  async function call(
    method: 'POST' | 'DELETE',
    connectionId: string,
    body: string,
    withinMs: number,
  ): Promise<PostResult> {
    const timeoutMs = Math.min(requestTimeoutMs, withinMs);
    try {
      const path = `/@connections/${encodeURIComponent(connectionId)}`;
      return resultOf(await http({ method, path, headers: HEADERS, body, timeoutMs }));
    } catch (error) {
      // Reasons are counted, so they must not contain the milliseconds that were left.
      const reason =
        timeoutMs < requestTimeoutMs
          ? String(error).replace(/within \d+ ms/, 'before the deadline')
          : String(error);
      return { outcome: 'failed', reason };
    }
  }

  return {
    post: (connectionId, message, withinMs = requestTimeoutMs) =>
      call('POST', connectionId, message, withinMs),
    async close(connectionId) {
      const { outcome } = await call('DELETE', connectionId, '', requestTimeoutMs);
      return outcome === 'delivered' || outcome === 'gone';
    },
  };
}

function resultOf(response: HttpResponse): PostResult {
  switch (response.statusCode) {
    case 200:
    case 204:
      return { outcome: 'delivered' };
    case 410:
      return { outcome: 'gone' };
    case 429:
      return { outcome: 'throttled' };
    default:
      return { outcome: 'failed', reason: reasonOf(response) };
  }
}

/** The API's error, without the parts that differ from post to post: reasons are counted. */
function reasonOf({ statusCode, headers, body }: HttpResponse): string {
  // `ForbiddenException:http://…`: only the name counts.
  const [name] = String(headers['x-amzn-errortype'] ?? '').split(':');
  const message = /"message"\s*:\s*"([^"]*)"/i
    .exec(body)?.[1]
    ?.replace(/@connections\/\S+/g, '@connections/…');
  return [statusCode, name, message].filter(Boolean).join(' ');
}
