/** Counts the posts that the management API answers, by Node's own report of every HTTP response: no function has to be changed for it. */
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface PostCounts {
  delivered: number;
  /** Answered 410: no such connection, or its handshake was not complete. */
  gone: number;
  /** 429 and everything else. */
  refused: number;
}

export const NO_POSTS: PostCounts = { delivered: 0, gone: 0, refused: 0 };

/** @param count called with the name of the count that grows by one */
export function observePosts(count: (outcome: keyof PostCounts) => void): void {
  channel('http.server.response.finish').subscribe((message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.method !== 'POST' || !request.url?.includes('/@connections/')) return;
    const { statusCode } = response;
    count(statusCode === 200 ? 'delivered' : statusCode === 410 ? 'gone' : 'refused');
  });
}
