/**
 * API Gateway has no limit per connection, so each execution environment counts what it sees. The route's throttle bounds the cost; this
 * keeps one client from using the throttle up for everyone else.
 */

/** A page says hello once and pings every few minutes. */
export const MAX_MESSAGES = 60;
const WINDOW_MS = 60_000;
/** The oldest are evicted, which bounds the memory to about 2 MB. */
const MAX_CONNECTIONS = 10_000;

/** @returns counts a message, and returns how many this connection has sent in its window; a flooder's window never ends */
export function createMessageCounter(
  now: () => number,
  maxConnections = MAX_CONNECTIONS,
): (connectionId: string) => number {
  const windows = new Map<string, { since: number; messages: number }>();
  return (connectionId) => {
    const window = windows.get(connectionId);
    if (window && (window.messages > MAX_MESSAGES || now() - window.since < WINDOW_MS))
      return ++window.messages;
    windows.delete(connectionId);
    windows.set(connectionId, { since: now(), messages: 1 });
    if (windows.size > maxConnections) windows.delete(windows.keys().next().value!);
    return 1;
  };
}
