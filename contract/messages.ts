/**
 * The messages between a page and the counter: JSON text frames on the WebSocket.
 * Server to page: a {@link Snapshot}. Page to server: a {@link ClientMessage}.
 */

/** The numbers on every open page. Answers `hello`, and is posted whenever it changes. */
export interface Snapshot {
  /** Visits since the beginning; a non-negative integer that only grows. */
  count: number;
  /** Connections open now; a non-negative integer. */
  viewers: number;
  /** Revision of the broadcast these values belong to. A page ignores older values than it shows. */
  rev: number;
  /** What any load can cost the counter in an hour, in US dollars; only in the answer to `hello`, and only where something is charged. */
  ceilingUsdPerHour?: number;
}

export type ClientMessage = { action: 'hello' } | { action: 'ping' };

/** The answer to `ping`. */
export interface Pong {
  pong: true;
}

/** API Gateway chooses the route by this JSON field. */
export const ROUTE_SELECTION_EXPRESSION = '$request.body.action';

/** The routes of the WebSocket API. Those that answer have a `$default` route response. */
export const ROUTES = [
  { routeKey: '$connect', answers: false },
  { routeKey: '$disconnect', answers: false },
  { routeKey: 'hello', answers: true },
  { routeKey: 'ping', answers: true },
] as const;

/** @returns undefined for anything but a complete snapshot */
export function parseSnapshot(text: string): Snapshot | undefined {
  try {
    const value = JSON.parse(text) as Partial<Snapshot> | null;
    if (!isCount(value?.count) || !isCount(value.viewers) || !isCount(value.rev)) return undefined;
    return { count: value.count, viewers: value.viewers, rev: value.rev };
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
