/** The WebSocket API's routes. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Snapshot } from '../../contract/messages.ts';
import { readLastBroadcast, readRecentCount } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';
import type { Log } from '../shared/log.ts';
import { accept, type Context } from './count-visit.ts';
import { connect } from './connect.ts';
import { disconnect } from './disconnect.ts';
import { createMessageCounter, MAX_MESSAGES } from './flood.ts';
import { createRateLimit } from './rate-limit.ts';
import { answer, type WebSocketEvent } from './event.ts';
import { ping } from './ping.ts';

export interface UpdaterOptions extends Context {
  database: Database;
  /** Values of the origin header that prove that CloudFront forwarded a handshake. */
  originSecrets: readonly string[];
  allowedOrigins: ReadonlySet<string>;
  /** Pages other than the index that are counted by their path. */
  editions: ReadonlySet<string>;
  /** What any load can cost the counter in an hour, in US dollars; `undefined` where nothing is charged. */
  ceilingUsdPerHour?: number | undefined;
  /** Connections that one address may open in ten minutes; 0 for no limit. */
  connectionsPerAddress: number;
  /** @returns whether the connection is closed now */
  closeConnection: (connectionId: string) => Promise<boolean>;
  /** Opens the connections to DynamoDB that have closed meanwhile. Never rejects. */
  keepConnected: () => Promise<void>;
  log: Log;
}

/** Input of the schedule that keeps the function and its connections ready for the next visitor. */
export interface WarmEvent {
  warm: true;
}

/** A Lambda handler for API Gateway's WebSocket events. API Gateway turns errors into "Internal server error". */
export function createUpdater(
  options: UpdaterOptions,
): (event: WebSocketEvent | WarmEvent) => Promise<APIGatewayProxyResult> {
  const { database, originSecrets, allowedOrigins, editions, log } = options;
  const countMessage = createMessageCounter(options.now);
  const rateLimit = createRateLimit(database, options.connectionsPerAddress, options.now);
  return async (event) => {
    if ('warm' in event) {
      await options.keepConnected();
      return answer(200);
    }
    const { routeKey, connectionId, connectedAt } = event.requestContext;
    if (routeKey === 'hello' || routeKey === 'ping') {
      const messages = countMessage(connectionId);
      // A close that fails is tried again after as many messages.
      if (messages > MAX_MESSAGES && messages % MAX_MESSAGES === 1)
        log('warn', 'flooding', { connectionId, closed: await options.closeConnection(connectionId) });
      if (messages > MAX_MESSAGES) return answer(429);
    }
    switch (routeKey) {
      case '$connect':
        return connect(event, {
          originSecrets,
          allowedOrigins,
          editions,
          rateLimit,
          accept: async (connection) => {
            const outcome = await accept(database, connection, options);
            log(
              'info',
              'connected',
              { connectionId, visit: outcome },
              outcome === 'counted' ? { VisitsCounted: 1 } : {},
            );
            return outcome;
          },
          disconnect: (id) => disconnect(database, id),
        });
      case '$disconnect':
        await disconnect(database, connectionId);
        log('info', 'disconnected', { connectionId });
        return answer(200);
      case 'hello':
        return answer(200, await hello(database, options));
      case 'ping':
        return answer(200, await ping(database, connectionId, connectedAt, options.now()));
      default:
        return answer(404, { message: `There is no route ${routeKey}.` });
    }
  };
}

/**
 * `hello`: what a page shows as soon as its socket is open. The count is current and usually includes the caller's own visit. Viewers
 * and revision are those of the last broadcast: the next one, which the caller's arrival has started, replaces them.
 *
 * The last broadcast is read strongly consistent: a page that was not reachable when a revision was posted must find that revision here.
 * The shards need not be: a count that lags is never below the one that was broadcast, and the next broadcast corrects it.
 */
async function hello(database: Database, options: UpdaterOptions): Promise<Snapshot> {
  const { ceilingUsdPerHour } = options;
  const [last, recent] = await Promise.all([readLastBroadcast(database), readRecentCount(database, options)]);
  return {
    count: Math.max(recent, last.count),
    viewers: Math.max(1, last.viewers),
    rev: last.rev,
    ...(ceilingUsdPerHour !== undefined && { ceilingUsdPerHour }),
  };
}
