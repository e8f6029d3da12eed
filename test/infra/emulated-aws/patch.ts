/** A patch adds one service's missing features: it sees every request before moto does. */
import type { IncomingHttpHeaders } from 'node:http';

/** moto's account. */
export const ACCOUNT = '123456789012';

export interface EmulatedRequest {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** Operation of the JSON protocols: `DynamoDB_20120810.GetItem`. */
  target: string;
  region: string;
}

export interface EmulatedResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/**
 * @param forward sends the request to the emulator, optionally with another body
 * @returns the answer, or `undefined` to leave the request to others
 */
export type Patch = (
  request: EmulatedRequest,
  forward: (body?: string) => Promise<EmulatedResponse & { body: string }>,
) => Promise<EmulatedResponse | undefined>;

export function json(value: unknown, status = 200): EmulatedResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function xml(body: string, status = 200, headers: Record<string, string> = {}): EmulatedResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
