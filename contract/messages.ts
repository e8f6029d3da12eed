/**
 * The messages between a page and the counter: JSON text frames on the WebSocket.
 * Server to page: a {@link Snapshot}. Page to server: a {@link ClientMessage}.
 */

/** What every open page shows. Sent as the answer to `hello` and pushed whenever it changes. */
export interface Snapshot {
  /** Visits since the beginning; a non-negative integer that only grows. */
  count: number;
  /** Connections open now; a non-negative integer. */
  viewers: number;
  /** Revision of the broadcast these values belong to. A page drops what is older than what it shows. */
  rev: number;
}

export type ClientMessage = { action: 'hello' } | { action: 'ping' };

/** The answer to `ping`. */
export interface Pong {
  pong: true;
}

/** Name of the JSON field by which API Gateway chooses the route: `$request.body.action`. */
export const ROUTE_SELECTION_EXPRESSION = '$request.body.action';

/** All routes of the WebSocket API; the two that answer have a `$default` route response. */
export const ROUTES = [
  { routeKey: '$connect', answers: false },
  { routeKey: '$disconnect', answers: false },
  { routeKey: 'hello', answers: true },
  { routeKey: 'ping', answers: true },
] as const;

/** Reads a server message; `undefined` for anything that is not a complete snapshot. */
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
